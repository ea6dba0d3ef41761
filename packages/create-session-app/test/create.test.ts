import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parseSecrets } from 'security-helpers';
import { readPostgresConfig } from 'security-helpers/postgres';
import { readRedisConfig } from 'security-helpers/redis';
import { expect, it, vi } from 'vitest';
import { type CreateOptions, createFrom } from '../src/create.ts';
import { main } from '../src/main.ts';
import { starter, temporaryFolder } from './support.ts';

const small = async () =>
  new Map([
    ['package.json', '{ "name": "__APP_NAME__" }\n'],
    ['src/app.ts', '// __APP_NAME__\n'],
  ]);
const create = (options: CreateOptions) => createFrom(small, options);
const refusal = (options: CreateOptions) =>
  create(options).then(
    () => 'made',
    ({ message, exitCode }) => `${exitCode}: ${message}`,
  );

/** Runs the command where nobody can be asked. @returns what it has printed. */
async function run(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
  try {
    await main(args, { templateOf: small, command: 'npm create session-app --', canAsk: false });
    return lines.join('\n');
  } finally {
    log.mockRestore();
  }
}

it('writes the files, with the name of the folder in them', async () => {
  const folder = join(temporaryFolder(), 'deep', 'my-app');
  expect(await create({ example: 'redis', folder })).toEqual({ kept: [] });
  expect(readFileSync(join(folder, 'package.json'), 'utf8')).toBe('{ "name": "my-app" }\n');
  expect(readFileSync(join(folder, 'src/app.ts'), 'utf8')).toBe('// my-app\n');
});

it('writes a .env for its owner alone, which the server accepts, with new secrets', async () => {
  const folders = [join(temporaryFolder(), 'one'), join(temporaryFolder(), 'two')];
  const secrets = [];
  for (const folder of folders) {
    await create({ example: 'hybrid', folder });
    const env = parseEnv(readFileSync(join(folder, '.env'), 'utf8'));
    if (process.platform !== 'win32') {
      expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
    }
    expect(parseSecrets(env['SESSION_SECRET'] ?? '')).toHaveLength(1);
    expect(() => readRedisConfig(env)).not.toThrow();
    expect(() => readPostgresConfig(env)).not.toThrow();
    secrets.push(...Object.values(env));
  }
  expect(new Set(secrets).size).toBe(secrets.length);
});

it('Git does not take the .env', async () => {
  const files = await starter('memory');
  expect(files.get('.gitignore')?.split('\n')).toContain('.env');
  expect(files.has('.env')).toBe(false);
});

it('refuses a folder that is not empty, and touches nothing in it', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'thesis.txt'), 'years');
  expect(await refusal({ example: 'redis', folder, name: 'x' })).toMatch(/^78: .* is not empty: /);
  expect(readdirSync(folder)).toEqual(['thesis.txt']);
});

it('takes a folder that is empty but for a new repository', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, '.git'));
  expect(await refusal({ example: 'redis', folder, name: 'x' })).toBe('made');
});

it('with --force no file is lost: what differs is kept beside, at each new try', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src/app.ts'), 'mine');
  writeFileSync(join(folder, 'package.json'), '{ "name": "x" }\n');
  writeFileSync(join(folder, '.env'), 'SESSION_SECRET=mine');
  const options = { example: 'redis', folder, name: 'x', force: true };
  expect(await create(options)).toEqual({ kept: [{ path: 'src/app.ts', as: 'src/app.ts.bak' }] });
  expect(readFileSync(join(folder, 'src/app.ts.bak'), 'utf8')).toBe('mine');
  expect(readFileSync(join(folder, 'src/app.ts'), 'utf8')).toBe('// x\n');
  expect(readFileSync(join(folder, '.env'), 'utf8')).toBe('SESSION_SECRET=mine');

  writeFileSync(join(folder, 'src/app.ts'), 'mine again');
  expect(await create(options)).toEqual({ kept: [{ path: 'src/app.ts', as: 'src/app.ts.bak2' }] });
  expect(readFileSync(join(folder, 'src/app.ts.bak'), 'utf8')).toBe('mine');
  expect(readFileSync(join(folder, 'src/app.ts.bak2'), 'utf8')).toBe('mine again');
});

it('with --force a link and a folder in the place of a file are kept, and not followed', async () => {
  const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(elsewhere, 'other.json'), 'other');
  symlinkSync(join(elsewhere, 'other.json'), join(folder, 'package.json'));
  mkdirSync(join(folder, 'src/app.ts'), { recursive: true });
  const { kept } = await create({ example: 'redis', folder, name: 'x', force: true });
  expect(kept.map(({ as }) => as)).toEqual(['package.json.bak', 'src/app.ts.bak']);
  expect(readFileSync(join(elsewhere, 'other.json'), 'utf8')).toBe('other');
});

it('with --force a file in the place of a folder is one sentence, and stays', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'src'), 'mine');
  const said = await refusal({ example: 'redis', folder, name: 'x', force: true });
  expect(said).toMatch(/^69: .*src.* could not be written \(E\w+\); .*\.$/);
  expect(readFileSync(join(folder, 'src'), 'utf8')).toBe('mine');
});

it('a bad name is one sentence, and nothing is made', async () => {
  const place = temporaryFolder();
  for (const name of [
    'My App',
    '..',
    '.hidden',
    'node_modules',
    '@scope/app',
    'ä',
    '',
    'x'.repeat(101),
  ]) {
    const folder = join(place, 'app');
    expect(await refusal({ example: 'redis', folder, name })).toMatch(
      /^78: '.*' cannot be the name of an app: .*\.$/,
    );
  }
  expect(await refusal({ example: 'redis', folder: join(place, 'My App') })).toContain('--name');
  expect(readdirSync(place)).toEqual([]);
});

it('a bad path is one sentence, and nothing is made', async () => {
  const place = temporaryFolder();
  const file = join(place, 'file');
  writeFileSync(file, '');
  expect(await refusal({ example: 'redis', folder: file })).toMatch(/^78: .* is a file: .*\.$/);
  const below = join(file, 'app');
  expect(await refusal({ example: 'redis', folder: below })).toMatch(/^78: .* is a file, .*\.$/);
  expect(await refusal({ example: 'redis', folder: `${place}/nul\0l`, name: 'x' })).toMatch(
    /^78: /,
  );
  expect(readdirSync(place)).toEqual(['file']);
});

it('an unknown example, flag or third word is one sentence', async () => {
  const app = join(temporaryFolder(), 'app');
  await expect(run('mongo', app)).rejects.toThrow(
    "There is no example 'mongo': choose from memory, redis, postgres, hybrid, koa.",
  );
  await expect(run('redis', app, 'more')).rejects.toThrow("'more' is too much");
  await expect(run('redis', app, '--colour')).rejects.toMatchObject({
    code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION',
  });
  expect(existsSync(app)).toBe(false);
});

it('where nobody can be asked, it says what to say', async () => {
  await expect(run()).rejects.toThrow('as in: npm create session-app -- redis my-app');
  await expect(run('redis')).rejects.toThrow('Name an example and a folder');
});

it('the help names every example and every flag', async () => {
  const help = await run('--help');
  for (const word of ['memory', 'redis', 'postgres', 'hybrid', 'koa']) expect(help).toContain(word);
  for (const flag of ['--name', '--force', '--no-install', '--help']) expect(help).toContain(flag);
});

it('says what is left to do, and only that', async () => {
  const app = join(temporaryFolder(), 'app');
  expect(await run('postgres', app, '--no-install')).toBe(
    `Wrote the postgres example to ${app}\nNext:\n  cd ${app}\n  npm install\n` +
      '  docker compose up --detach --wait\n  npm run migrate\n  npm run dev\n' +
      'Then open http://127.0.0.1:3003\nStores of your own, instead of those in Docker: see .env.',
  );
});
