// Makes `dist`, the folder to pack and publish: the compiled command, and the starters that it puts
// into folders, made of the sources of this repository.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { examples } from '../../lab/src/examples.ts';
import { renderStarter } from '../render/starter.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const dist = join(folder, 'dist');
const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

rmSync(dist, { recursive: true, force: true }); // or a file that was renamed would stay

const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
const tsc = join(dirname(typescript), readJson(typescript).bin.tsc);
try {
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: folder,
    stdio: 'inherit',
  });
} catch {
  process.exit(1); // the compiler has said why
}

mkdirSync(join(dist, 'templates'));
for (const example of examples) {
  const files = await renderStarter(example);
  const text = JSON.stringify(Object.fromEntries(files), null, 1);
  writeFileSync(join(dist, 'templates', `${example.name}.json`), `${text}\n`);
}

const { scripts: _, devDependencies: __, ...rest } = readJson(join(folder, 'package.json'));
const published = {
  ...rest,
  // Not in the repository, where npm would link a command that was not built.
  bin: { [rest.name]: 'cli.js' },
  exports: { '.': { types: './index.d.ts', default: './index.js' } },
};
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
chmodSync(join(dist, 'cli.js'), 0o755);
copyFileSync(join(folder, 'README.md'), join(dist, 'README.md'));
copyFileSync(join(folder, '../../LICENSE'), join(dist, 'LICENSE'));
