import type { Readable, Writable } from 'node:stream';
import { cancel, confirm, intro, isCancel, outro, select, text } from '@clack/prompts';
import type { Choices } from './choices.ts';
import { examples, findExample } from './examples.ts';
import { appName, inspect } from './folder.ts';
import { CreateError } from './run-command.ts';

/** Finds the folder that the user means. */
export type Locate = (folder: string) => string;

/** Where the user reads and types. */
export interface Terminal {
  input: Readable;
  output: Writable;
}

/** Somebody pressed Ctrl-C, or Escape. */
export class Cancelled extends Error {}

const DEFAULT_FOLDER = 'my-app';

/** Asks at the terminal for what was not said. @throws Cancelled */
export async function ask(
  choices: Choices,
  locate: Locate,
  terminal: Terminal = { input: process.stdin, output: process.stdout },
): Promise<Choices & { example: string; folder: string }> {
  intro('A server with sessions, to build upon', terminal);
  const answered = <Value>(value: Value) => {
    if (!isCancel(value)) return value as Exclude<Value, symbol>;
    cancel('Nothing was made.', terminal);
    throw new Cancelled();
  };
  const example =
    choices.example ??
    answered(
      await select({
        ...terminal,
        message: 'Where should sessions live?',
        // Not as hints: those are shown of one at a time, and nobody can choose by names alone.
        options: examples.map(({ name, hint }) => ({
          value: name,
          label: `${name.padEnd(9)}${hint}`,
        })),
      }),
    );
  findExample(example);
  const folder =
    choices.folder ??
    answered(
      await text({
        ...terminal,
        message: 'In which folder should it be?',
        placeholder: DEFAULT_FOLDER,
        defaultValue: DEFAULT_FOLDER,
        validate: (value) => problemWith(value || DEFAULT_FOLDER, choices, locate),
      }),
    );
  const install =
    choices.install ?? answered(await confirm({ ...terminal, message: 'Run npm install there?' }));
  outro(`${example}, in ${folder}`, terminal);
  return { ...choices, example, folder, install };
}

function problemWith(folder: string, { name, force }: Choices, locate: Locate): string | undefined {
  if (folder.trim() === '') return 'A folder, please.';
  try {
    appName(locate(folder), name);
    inspect(locate(folder), { force });
    return undefined;
  } catch (error) {
    if (error instanceof CreateError) return error.message;
    throw error;
  }
}
