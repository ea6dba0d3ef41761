// `npm run create redis ../my-app`: makes a starter out of the sources of this repository, as they
// are now.
import { relative, resolve } from 'node:path';
import { examples } from '../../lab/src/examples.ts';
import { main } from '../src/main.ts';
import { CreateError, runCommand } from '../src/run-command.ts';
import { root } from './repository.ts';
import { renderStarter } from './starter.ts';

const command = 'npm run create --';

async function templateOf(name: string) {
  const example = examples.find((each) => each.name === name);
  if (!example) throw new CreateError(`There is no example '${name}'.`);
  return renderStarter(example);
}

/** npm runs scripts at the top of the repository; the user may stand elsewhere. */
function locate(folder: string): string {
  const target = resolve(process.env['INIT_CWD'] ?? '.', folder);
  const isOutside = /^(\.\.|[A-Za-z]:)/.test(relative(root, target));
  if (isOutside) return target;
  throw new CreateError(`${folder} is inside this repository: choose a folder outside, ../my-app.`);
}

await runCommand((args) => main(args, { templateOf, command, locate }));
