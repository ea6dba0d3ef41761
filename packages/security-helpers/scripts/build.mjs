// Makes `dist`, the folder to pack and publish. In the repository the package's exports point at
// its sources, so that nothing needs a build to run; here they point at what was compiled.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const dist = join(folder, 'dist');
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

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

const {
  scripts,
  devDependencies,
  private: _,
  exports: sources,
  ...rest
} = readJson(join(folder, 'package.json'));
const exports = Object.fromEntries(
  Object.entries(sources).map(([subpath, source]) => {
    const [, module] = /^\.\/src\/(.+)\.ts$/.exec(source) ?? [];
    if (!module) throw new Error(`the export ${subpath} does not point into src: ${source}`);
    return [subpath, { types: `./${module}.d.ts`, default: `./${module}.js` }];
  }),
);
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ ...rest, exports }, null, 2)}\n`);
cpSync(join(folder, 'src/postgres/migrations'), join(dist, 'postgres/migrations'), {
  recursive: true,
});
copyFileSync(join(folder, 'README.md'), join(dist, 'README.md'));
copyFileSync(join(folder, '../../LICENSE'), join(dist, 'LICENSE'));
