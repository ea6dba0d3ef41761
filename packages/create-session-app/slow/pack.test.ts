import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examples } from '../../lab/src/examples.ts';
import { renderStarter } from '../render/starter.ts';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const folder = fileURLToPath(new URL('..', import.meta.url));
const dist = join(folder, 'dist');

interface Manifest {
  bin?: string | Record<string, string>;
}

/** The folder of an installed package. Not every package exports its package.json. */
function installed(name: string): string {
  const folders = require.resolve.paths(name) ?? [];
  const found = folders.map((path) => join(path, name)).find((path) => existsSync(path));
  if (!found) throw new Error(`${name} is not installed`);
  return found;
}

/** Runs the command of an installed package by Node itself, as on every system. */
function tool(name: string, command: string, args: string[], cwd: string) {
  const manifest = readFileSync(join(installed(name), 'package.json'), 'utf8');
  const { bin = '' } = JSON.parse(manifest) as Manifest;
  const path = typeof bin === 'string' ? bin : (bin[command] ?? '');
  return run(process.execPath, [join(installed(name), path), ...args], { cwd });
}

function npm(args: string[], cwd: string) {
  const script = process.env['npm_execpath'];
  const quiet = [...args, '--no-audit', '--no-fund', '--loglevel=error'];
  return script?.endsWith('.js')
    ? run(process.execPath, [script, ...quiet], { cwd })
    : run('npm', quiet, { cwd, shell: process.platform === 'win32' });
}

describe('the package, as others get it', () => {
  let elsewhere: string;
  let files: string[];

  beforeAll(async () => {
    elsewhere = mkdtempSync(join(realpathSync(tmpdir()), 'create-session-app-pack-'));
    await run(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], { cwd: folder });
    const { stdout } = await npm(['pack', '--json', '--pack-destination', elsewhere], dist);
    const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
    if (!packed) throw new Error('nothing was packed');
    files = packed.files.map(({ path }) => path);
    writeFileSync(join(elsewhere, 'package.json'), '{"private":true,"type":"module"}');
    const tarball = join(elsewhere, packed.filename);
    await npm(['install', '--prefer-offline', '--ignore-scripts', tarball], elsewhere);
  }, 300_000);
  afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

  it('has the starters, README and licence, and neither tests nor sources', () => {
    const templates = examples.map(({ name }) => `templates/${name}.json`);
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'cli.js', ...templates]));
    expect(files.filter((path) => /test|render|scripts|(?<!\.d)\.ts$/.test(path))).toEqual([]);
    const manifest = readFileSync(join(dist, 'package.json'), 'utf8');
    expect(manifest).not.toMatch(/devDependencies|scripts|session-lab|src\//);
  });

  it('is found without fault by publint', async () => {
    const { stdout } = await tool('publint', 'publint', ['.', '--strict'], dist);
    expect(stdout).toContain('All good!');
  }, 120_000);

  it('has types that resolve (are the types wrong?)', async () => {
    const args = ['--pack', '.', '--profile', 'esm-only', '--format', 'ascii', '--no-emoji'];
    const { stdout } = await tool('@arethetypeswrong/cli', 'attw', args, dist);
    expect(stdout).not.toMatch(/\bfailed\b|resolution failed/i);
  }, 120_000);

  it('makes each starter, by its command, out of nothing but itself', async () => {
    const cli = join(elsewhere, 'node_modules/create-session-app/cli.js');
    for (const example of examples) {
      const args = [cli, example.name, example.name, '--no-install'];
      const { stdout } = await run(process.execPath, args, { cwd: elsewhere });
      expect(stdout).toContain('npm install');
      for (const [path, text] of await renderStarter(example)) {
        const found = readFileSync(join(elsewhere, example.name, path), 'utf8');
        expect(found, path).toBe(text.replaceAll('__APP_NAME__', example.name));
      }
      expect(readdirSync(join(elsewhere, example.name))).toContain('.env');
    }
  });

  it('is one sentence, without a stack, and exit code 78 where it cannot be', async () => {
    const cli = join(elsewhere, 'node_modules/create-session-app/cli.js');
    const failed = await run(process.execPath, [cli, 'redis', 'package.json'], { cwd: elsewhere })
      .then(() => undefined)
      .catch((error) => error);
    expect(failed.code).toBe(78);
    expect(failed.stderr).toMatch(/^'package\.json' cannot be the name .*\n$/);
  });
});
