import { parseArgs } from 'node:util';
import { examples } from './examples.ts';
import { CreateError } from './run-command.ts';

export const usage = (command: string): string => `Usage: ${command} <example> <folder> [options]

Puts a small complete server with sessions into a folder of its own. Asks for what you do not say.

Examples, by where sessions live:
${examples.map(({ name, hint }) => `  ${name.padEnd(10)}${hint}`).join('\n')}

Options:
  --name <name>   the app's name, when it is not to be called like its folder
  --force         into a folder that is not empty: a file that differs is kept beside, as .bak;
                  a .env stays as it is
  --no-install    do not run npm install
  --help, -h      this text
`;

export interface Choices {
  help: boolean;
  example: string | undefined;
  folder: string | undefined;
  name: string | undefined;
  force: boolean;
  /** undefined: nobody has said it yet */
  install: boolean | undefined;
}

/** @throws CreateError, or the TypeError of parseArgs, for what cannot be understood. */
export function readArguments(args: string[]): Choices {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    allowNegative: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      name: { type: 'string' },
      force: { type: 'boolean' },
      install: { type: 'boolean' },
    },
  });
  const [example, folder, ...rest] = positionals;
  if (rest.length > 0) {
    throw new CreateError(`One example and one folder, please: '${rest.join(' ')}' is too much.`);
  }
  const { help = false, name, force = false, install } = values;
  return { help, example, folder, name, force, install };
}
