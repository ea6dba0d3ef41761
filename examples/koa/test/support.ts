// What the tests in this folder stand on: browsers, a clock, a Redis, and the example itself,
// started in this process or in one of its own. Whatever a test starts ends with that test.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ADA, type ServerProcess, startServer } from '@session-lab/acceptance';
import * as services from '@session-lab/services';
import { createClient } from 'redis';
import { type Clock, type Running, systemClock } from 'security-helpers';
import { onTestFinished, vi } from 'vitest';
import { start } from '../src/server.ts';

export { ADA, Browser, GRACE, idIn, readSetCookie, replay } from '@session-lab/acceptance';
export { ManualClock } from 'security-helpers';

// Real processes on a busy machine take their time.
vi.setConfig({ testTimeout: 60_000 });

type Env = Record<string, string>;

const folder = fileURLToPath(new URL('..', import.meta.url));

// One for all instances of a test file: with different ones, none knows the other's cookies.
const SESSION_SECRET = randomBytes(48).toString('base64url');

/** Starts a Redis of its own, to be killed and frozen. Without persistence it forgets. */
export async function startRedis(options: { persistence?: 'none' | 'aof-always' } = {}) {
  const redis = await services.startRedis(options);
  onTestFinished(() => redis.close());
  return redis;
}

/**
 * Starts the example in this process, on a free port, with a clock that a test can turn; on a Redis
 * of its own, unless `REDIS_URL` names one.
 */
export async function startExample(options: { env?: Env; clock?: Clock } = {}): Promise<Running> {
  const REDIS_URL = options.env?.['REDIS_URL'] ?? (await startRedis()).url;
  const running = await start({
    env: { PORT: '0', SESSION_SECRET, ...options.env, REDIS_URL },
    clock: options.clock ?? systemClock,
    log: { info: () => undefined },
  });
  onTestFinished(() => running.close());
  return running;
}

/** Starts the example in a process of its own, as in production, so that it can be killed. */
export async function startProcess(env: Env = {}): Promise<ServerProcess> {
  const started = await startServer(folder, { SESSION_SECRET, ...env });
  onTestFinished(() => started.kill());
  return started;
}

/** Sends a login up to its body: the server has begun with it and waits for the rest. */
export async function beginLogin(url: string): Promise<{ finish(): Promise<number | undefined> }> {
  const body = JSON.stringify(ADA);
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    expect: '100-continue', // asks the server to say that it is ready for the body
  };
  const login = request(`${url}/login`, { method: 'POST', headers });
  const answered = once(login, 'response') as Promise<[IncomingMessage]>;
  login.flushHeaders();
  await once(login, 'continue');
  return {
    async finish() {
      login.end(body);
      const [answer] = await answered;
      answer.resume();
      return answer.statusCode;
    },
  };
}

/** The keys of sessions in a Redis, each with the milliseconds after which Redis removes it. */
export async function sessionKeys(url: string): Promise<{ key: string; ttlMs: number }[]> {
  return (await redisKeys(url)).filter(({ key }) => key.includes(':session:'));
}

async function redisKeys(url: string): Promise<{ key: string; ttlMs: number }[]> {
  const client = await createClient({ url }).connect();
  try {
    const keys = await client.keys('*');
    return await Promise.all(keys.map(async (key) => ({ key, ttlMs: await client.pTTL(key) })));
  } finally {
    client.destroy();
  }
}

/** Redis has a clock of its own, which nobody can turn: this takes the time off its keys. */
export async function passTimeInRedis(url: string, ms: number): Promise<void> {
  const client = await createClient({ url }).connect();
  try {
    for (const { key, ttlMs } of await redisKeys(url)) await client.pExpire(key, ttlMs - ms);
  } finally {
    client.destroy();
  }
}

/** The packages without which this example does not run, those that they need among them. */
export function packagesNeededToRun(): string[] {
  const needed = new Set<string>();
  const look = (file: string) => {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, object | undefined>;
    const optional = Object.keys(manifest['peerDependenciesMeta'] ?? {});
    const peers = Object.keys(manifest['peerDependencies'] ?? {});
    const wanted = Object.keys({
      ...manifest['dependencies'],
      ...manifest['optionalDependencies'],
    });
    for (const name of [...wanted, ...peers.filter((peer) => !optional.includes(peer))]) {
      const found = manifestOf(name, file);
      if (!found || needed.has(name)) continue;
      needed.add(name);
      look(found);
    }
  };
  look(join(folder, 'package.json'));
  return [...needed].sort();
}

/** Where a package is that another asks for; not every package exports its package.json. */
function manifestOf(name: string, from: string): string | undefined {
  const places = createRequire(from).resolve.paths(name) ?? [];
  return places.map((place) => join(place, name, 'package.json')).find((file) => existsSync(file));
}

/** The packages of which something is loaded when this example starts in a fresh process. */
export async function loadedPackages(): Promise<string[]> {
  // Modules are noted by a hook, CommonJS by Node itself.
  const hook = `export async function load(url, context, next) {
    if (url.startsWith('file:')) process._rawDebug('loaded ' + url);
    return next(url, context);
  }`;
  const script = `
    import { createRequire, register } from 'node:module';
    import { pathToFileURL } from 'node:url';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));
    await import(${JSON.stringify(new URL('../src/server.ts', import.meta.url).href)});
    const { cache } = createRequire(import.meta.url);
    for (const file of Object.keys(cache)) console.error('loaded ' + pathToFileURL(file).href);`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  const files = [...stderr.matchAll(/^loaded (.+)$/gm)].map(([, url = '']) => url);
  const names = files.flatMap(
    (url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? [],
  );
  const typescript = ['tsx', 'esbuild']; // it runs the sources; it is not needed by them
  return [...new Set(names.filter((name) => !typescript.includes(name)))];
}
