import { ask, Cancelled, type Locate } from './ask.ts';
import { type Choices, readArguments, usage } from './choices.ts';
import { createFrom, type TemplateOf } from './create.ts';
import { findExample } from './examples.ts';
import { install } from './install.ts';
import { nextSteps } from './next-steps.ts';
import { CreateError } from './run-command.ts';

interface Surroundings {
  templateOf: TemplateOf;
  /** What the user has typed, for the usage. */
  command: string;
  /** Whether somebody is there to ask. */
  canAsk?: boolean;
  locate?: Locate;
}

/** @returns the exit code. */
export async function main(
  args: string[],
  {
    templateOf,
    command,
    canAsk = Boolean(process.stdin.isTTY && process.stdout.isTTY && !process.env['CI']),
    locate = (folder) => folder,
  }: Surroundings,
): Promise<number> {
  const given = readArguments(args);
  if (given.help) {
    console.log(usage(command));
    return 0;
  }
  const choices = await complete(given, { canAsk, command, locate });
  if (!choices) return 130; // as after Ctrl-C
  const example = findExample(choices.example);
  const folder = locate(choices.folder);
  const { kept } = await createFrom(templateOf, { ...choices, folder });
  for (const { path, as } of kept) console.log(`Kept your ${path} as ${as}.`);
  console.log(`Wrote the ${example.name} example to ${folder}`);

  const installs = choices.install ?? true;
  if (installs) install(folder);
  console.log(nextSteps(example, { folder: choices.folder, installed: installs }));
  return 0;
}

async function complete(
  given: Choices,
  { canAsk, command, locate }: { canAsk: boolean; command: string; locate: Locate },
) {
  const { example, folder } = given;
  if (example !== undefined && folder !== undefined) return { ...given, example, folder };
  if (example !== undefined) findExample(example);
  if (!canAsk) {
    throw new CreateError(`Name an example and a folder, as in: ${command} redis my-app`);
  }
  return ask(given, locate).catch((error) => {
    if (!(error instanceof Cancelled)) throw error;
    return undefined;
  });
}
