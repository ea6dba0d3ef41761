import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
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
import * as express from '../src/express/index.ts';
import * as main from '../src/index.ts';
import * as koa from '../src/koa/index.ts';
import * as metrics from '../src/metrics.ts';
import * as postgres from '../src/postgres/index.ts';
import * as redis from '../src/redis/index.ts';
import * as redisClient from '../src/redis-client.ts';
import { newSecret } from './support.ts';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const folder = fileURLToPath(new URL('..', import.meta.url));
const dist = join(folder, 'dist');

interface Manifest {
  version: string;
  bin?: string | Record<string, string>;
  exports: Record<string, { types: string; default: string }>;
  peerDependencies: Record<string, string>;
}
const readManifest = (path: string) =>
  JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;

/** The folder of an installed package. Not every package exports its package.json. */
function installed(name: string): string {
  const folders = require.resolve.paths(name) ?? [];
  const found = folders.map((path) => join(path, name)).find((path) => existsSync(path));
  if (!found) throw new Error(`${name} is not installed`);
  return found;
}

/** Runs the command of an installed package by Node itself, as on every system. */
function tool(name: string, command: string, args: string[], cwd: string) {
  const { bin = '' } = readManifest(installed(name));
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
  let tarball: string;
  let files: string[];

  beforeAll(async () => {
    elsewhere = mkdtempSync(join(realpathSync(tmpdir()), 'security-helpers-pack-'));
    await run(process.execPath, [join(folder, 'scripts/build.mjs')]);
    const { stdout } = await npm(['pack', '--json', '--pack-destination', elsewhere], dist);
    const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
    if (!packed) throw new Error('nothing was packed');
    tarball = join(elsewhere, packed.filename);
    files = packed.files.map(({ path }) => path);
  }, 300_000);
  afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

  it('has what it exports, README and licence, and neither tests nor sources', () => {
    const { exports } = readManifest(dist);
    const subpaths = Object.keys(readManifest(folder).exports);
    expect(Object.keys(exports)).toEqual(subpaths);
    for (const target of Object.values(exports).flatMap((entry) => Object.values(entry))) {
      expect(files).toContain(target.replace('./', ''));
    }
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'package.json']));
    expect(files.filter((path) => /test|fixture|scripts|(?<!\.d)\.ts$/.test(path))).toEqual([]);
    const manifest = readFileSync(join(dist, 'package.json'), 'utf8');
    expect(manifest).not.toMatch(/devDependencies|scripts|"private"|src\//);
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

  describe('installed with its peers, in a folder of its own', () => {
    beforeAll(async () => {
      writeFileSync(join(elsewhere, 'package.json'), '{"private":true,"type":"module"}');
      const peers = Object.keys(readManifest(folder).peerDependencies);
      const types = ['express', 'express-session', 'koa', 'node'].map((name) => `@types/${name}`);
      const wanted = [...peers, ...types].map(
        (name) => `${name}@${readManifest(installed(name)).version}`,
      );
      await npm(['install', '--prefer-offline', '--ignore-scripts', tarball, ...wanted], elsewhere);
    }, 300_000);

    it('exports from plain Node what the sources export', async () => {
      const source = {
        '.': main,
        './express': express,
        './koa': koa,
        './metrics': metrics,
        './postgres': postgres,
        './redis': redis,
        './redis-client': redisClient,
      };
      expect(Object.keys(source)).toEqual(Object.keys(readManifest(dist).exports));
      for (const [subpath, namespace] of Object.entries(source)) {
        const specifier = `security-helpers${subpath.slice(1)}`;
        const script = `console.log(Object.keys(await import('${specifier}')).join())`;
        const args = ['--input-type=module', '--eval', script];
        const { stdout, stderr } = await run(process.execPath, args, { cwd: elsewhere });
        expect(stdout.trim().split(',').sort()).toEqual(Object.keys(namespace).sort());
        expect(stderr).toBe('');
      }
    }, 60_000);

    it('needs no peer for its main entry', async () => {
      const peers = JSON.stringify(Object.keys(readManifest(folder).peerDependencies));
      const hook = `export function resolve(name, context, next) {
        if (${peers}.includes(name)) throw new Error('needs ' + name);
        return next(name, context);
      }`;
      const script = `
        import { register } from 'node:module';
        register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));
        await import('security-helpers');
        await import('security-helpers/express').catch((error) => console.log(error.message));`;
      const args = ['--input-type=module', '--eval', script];
      const { stdout } = await run(process.execPath, args, { cwd: elsewhere });
      expect(stdout).toMatch(/^needs express/);
    }, 60_000);

    it('compiles into a strict TypeScript program', async () => {
      writeFileSync(
        join(elsewhere, 'consumer.ts'),
        `import type { Request } from 'express';
         import { type Config, readConfig, type RecordStore } from 'security-helpers';
         import { logIn, SessionStore } from 'security-helpers/express';
         import * as koa from 'security-helpers/koa';
         import { RedisStore } from 'security-helpers/redis';
         export const port: number = readConfig(process.env, { name: 'x', port: 1 }).port;
         declare module 'express-session' { interface SessionData { cart?: string[] } }
         const ada = { id: 'user', roles: [] };
         export const login = (req: Request) => logIn(req, ada, { carryOver: ['cart'] });
         // @ts-expect-error what makes a session this session cannot be carried over
         export const fixed = (req: Request) => logIn(req, ada, { carryOver: ['handle'] });
         type Ctx = koa.Context<{ cart?: string[] }>;
         export const koaLogin = (ctx: Ctx) => koa.logIn(ctx, ada, { carryOver: ['cart'] });
         // @ts-expect-error what makes a session this session cannot be carried over
         export const koaFixed = (ctx: Ctx) => koa.logIn(ctx, ada, { carryOver: ['handle'] });
         // @ts-expect-error there is no such key
         export const typo = (ctx: Ctx) => koa.logIn(ctx, ada, { carryOver: ['card'] });
         export const items = (ctx: Ctx): string[] | undefined => ctx.session.cart;
         export const user = (req: Request): string | undefined => req.session.userId;
         export const all = [SessionStore, RedisStore] as const;
         // @ts-expect-error a store has to do more than read
         export const store: RecordStore = { read: async () => null };
         // @ts-expect-error it is a number
         export const hops: string = ({} as Config).trustProxyHops;\n`,
      );
      const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023'];
      const types = ['--types', 'node', '--skipLibCheck'];
      const compile = tool('typescript', 'tsc', [...options, ...types, 'consumer.ts'], elsewhere);
      await expect(compile.catch(({ stdout }) => stdout)).resolves.toMatchObject({ stdout: '' });
    }, 120_000);

    it('serves an Express app', async () => {
      writeFileSync(
        join(elsewhere, 'app.mjs'),
        `import express from 'express';
         import session from 'express-session';
         import * as lab from 'security-helpers';
         import * as guard from 'security-helpers/express';
         const config = lab.readConfig(process.env, { name: 'shop', port: 0 });
         const audit = lab.createAudit(lab.auditLog(), config.keys.audit);
         const cookie = lab.cookiePolicy({ name: 'sid', production: false });
         const { keys, lifetime, limitPerUser, storeBudgetMs: budgetMs } = config;
         const clock = lab.systemClock;
         const memory = new lab.MemoryStore({ clock, sweepMs: 1000 });
         const schema = lab.recordSchema({});
         const store = new guard.SessionStore({
           store: memory, schema, lifetime, limitPerUser, budgetMs, cookie, keys, clock, audit });
         const app = express().use(guard.requestContext(config), guard.readBody());
         app.use(guard.sessionCookie(cookie, keys, audit));
         app.use(session({ store, name: 'sid', cookie: cookie.attributes, secret: keys.cookie,
           genid: lab.newSessionId, resave: false, saveUninitialized: false }));
         app.use(guard.requireCsrfToken(keys, audit));
         guard.route(app, '/login', { async post(req, res) {
           await guard.logIn(req, { id: 'user-1', roles: [] });
           guard.answer(req, res, { csrfToken: guard.csrfTokenOf(req) });
         } });
         guard.route(app, '/me', { get: (req, res) => res.json({ user: req.session.userId }) });
         app.use(guard.notFound, guard.answerProblems(() => lab.html\`<p>\`));
         console.log('listening on ' + (await lab.listen(app, config)).url);\n`,
      );
      const server = spawn(process.execPath, ['app.mjs'], {
        cwd: elsewhere,
        env: { ...process.env, SESSION_SECRET: newSecret() },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        let output = '';
        server.stdout.on('data', (chunk) => {
          output += chunk;
        });
        const line = /listening on (\S+)\n/;
        await expect.poll(() => output, { timeout: 60_000 }).toMatch(line);
        const url = line.exec(output)?.[1] ?? '';
        const login = await fetch(`${url}/login`, { method: 'POST' });
        const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
        expect(cookie).toMatch(/^sid=s%3A/);
        const me = await fetch(`${url}/me`, { headers: { cookie } });
        expect(await me.json()).toEqual({ user: 'user-1' });
        const forged = await fetch(`${url}/login`, { method: 'POST', headers: { cookie } });
        expect(forged.status).toBe(403);
      } finally {
        server.kill('SIGKILL');
        await once(server, 'close');
      }
    }, 120_000);

    it('has a README whose example is JavaScript, and imports what there is', async () => {
      const readme = readFileSync(join(dist, 'README.md'), 'utf8');
      const [, example] = /```js\n([\s\S]+?)```/.exec(readme) ?? [];
      const path = join(elsewhere, 'readme.mjs');
      writeFileSync(path, example ?? '');
      // Without settings it must get exactly as far as the sentence that says what is missing.
      const env = Object.fromEntries(
        Object.entries(process.env).filter(([name]) => !/^(SESSION_|REDIS_|NODE_ENV)/.test(name)),
      );
      const failed = await run(process.execPath, [path], { cwd: elsewhere, env }).catch((e) => e);
      expect(failed.stderr).toContain('SESSION_SECRET is missing');
    }, 60_000);
  });
});
