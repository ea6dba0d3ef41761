// Runs before `npm start`, `npm test` and their kin, with nothing but Node: a fresh clone
// needs no `npm install` first, and an unchanged one loses no time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}node_modules/.session-lab-installed`;

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Session Lab needs Node.js 20.19 or newer; this is ${process.versions.node}. ` +
      'Install the current LTS release from https://nodejs.org and try again.',
  );
  process.exit(78);
}

// What is installed follows from these files and this Node; the stamp names both.
const wanted = createHash('sha256')
  .update(`${process.platform} ${process.arch}\n`)
  .update(readFileSync(`${root}package-lock.json`))
  .update(readFileSync(`${root}package.json`))
  .digest('hex');

const installed = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;

if (!installed) {
  console.log('Installing the dependencies (npm ci); a first time takes about a minute …');
  // npm tells its scripts where it lives: calling that file by Node works on Windows too, where
  // `npm` itself is a script that cannot be spawned without a shell.
  const npm = process.env.npm_execpath;
  const result = npm
    ? spawnSync(process.execPath, [npm, 'ci'], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm ci', { cwd: root, stdio: 'inherit', shell: true });
  if (result.status !== 0) {
    console.error(
      'The dependencies could not be installed (npm says why above). ' +
        'With a network connection, run the same command again.',
    );
    process.exit(69);
  }
  writeFileSync(stamp, wanted);
}
