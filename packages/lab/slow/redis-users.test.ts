// The users of Redis in docker-compose.yml: enough for sessions, and for nothing else.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRedisBinary, type ServiceHandle } from '@session-lab/services';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { exampleFolder } from '../src/folders.ts';
import { environmentOf, serviceOf, services, serving, withValues } from '../test/compose-file.ts';
import { logIn } from '../test/support.ts';
import { freshValues, pointedAt, redisUsers, startComposeRedis } from './compose-stores.ts';
import { serve } from './serve.ts';

declare module 'vitest' {
  interface TaskMeta {
    because?: string;
  }
}

const LIMIT = { timeout: 60_000 };
const values = freshValues();
const { REDIS_PASSWORD = '' } = values;
let redis: ServiceHandle;

beforeAll(async () => {
  redis = await startComposeRedis(values);
}, 60_000);
afterAll(() => redis.close());

async function connectAs(username: string, password: string) {
  const client = await createClient({ url: redis.url, username, password }).connect();
  onTestFinished(() => client.destroy());
  return client;
}

/** The namespaces of all services that keep their sessions in Redis. */
const namespaces = [
  ...new Set(
    [...serving(), ...serving('production')]
      .filter(({ service }) => service.environment?.['REDIS_URL'])
      .map(({ service: { environment = {}, build } }) =>
        String(environment['SESSION_NAMESPACE'] ?? build?.args.EXAMPLE),
      ),
  ),
];

describe('the user of the examples', LIMIT, () => {
  it('suffices for a visit: a cart, a login, a profile, a logout', async () => {
    const env = pointedAt(environmentOf(serviceOf('redis'), values), { redis });
    const running = await serve([process.execPath, '--import', 'tsx', 'src/server.ts'], {
      cwd: exampleFolder('redis'),
      env: { PATH: process.env['PATH'] ?? '', ...env, HOST: '127.0.0.1', PORT: '0' },
    });
    const cookie = await logIn(running.url);
    const headers = { cookie, 'content-type': 'application/json' };
    const profile = () => fetch(`${running.url}/profile`, { headers });
    const post = (path: string, body: object) =>
      fetch(`${running.url}${path}`, {
        method: 'POST',
        headers: { ...headers, 'x-csrf-token': csrfToken },
        body: JSON.stringify(body),
      });
    const { csrfToken } = (await (await profile()).json()) as { csrfToken: string };
    expect((await post('/cart', { item: 'tea' })).status).toBe(200);
    expect((await post('/logout', {})).status).toBe(204);
    expect((await profile()).status).toBe(401);
  });

  it('can do with the keys of each example what a store does, and with no others', async () => {
    const app = await connectAs('app', REDIS_PASSWORD);
    const script = "return redis.call('GET', KEYS[1])";
    expect(namespaces.length).toBeGreaterThan(2);
    for (const key of namespaces.map((name) => `${name}:session:x`)) {
      expect(await app.set(key, 'a record', { expiration: { type: 'PX', value: 60_000 } })).toBe(
        'OK',
      );
      expect(await app.get(key)).toBe('a record');
      expect(await app.eval(script, { keys: [key] })).toBe('a record');
      expect(await app.del(key)).toBe(1);
    }
    for (const key of ['session:x', 'redis', 'shop:session:x', 'xredis:session:x']) {
      await expect(app.get(key), key).rejects.toThrow(/NOPERM/);
      await expect(app.set(key, 'mine'), key).rejects.toThrow(/NOPERM/);
      await expect(app.del(key), key).rejects.toThrow(/NOPERM/);
      await expect(app.eval(script, { keys: [key] }), key).rejects.toThrow(/NOPERM/);
    }
    const foreign = "return redis.call('GET', 'shop:session:x')";
    await expect(app.eval(foreign, { keys: ['redis:session:x'] })).rejects.toThrow(
      /can't access|NOPERM/,
    );

    const patterns = redisUsers(values)
      .flat()
      .filter((word) => word.startsWith('~'));
    expect(patterns.sort()).toEqual(namespaces.map((name) => `~${name}:*`).sort());
  });

  it.each([
    'FLUSHALL',
    'FLUSHDB',
    'CONFIG GET *',
    'KEYS *',
    'SCAN 0',
    'RANDOMKEY',
    'DBSIZE',
    'ACL LIST',
    'CLIENT LIST',
    'MONITOR',
    'SHUTDOWN NOSAVE',
    'REPLICAOF 127.0.0.1 1',
    'MODULE LIST',
    'FUNCTION LIST',
    'RENAME redis:session:a redis:session:b',
    'DUMP redis:session:a',
    'PUBLISH a b',
  ])('cannot %s', async (command) => {
    const app = await connectAs('app', REDIS_PASSWORD);
    await expect(app.sendCommand(command.split(' '))).rejects.toThrow(/NOPERM/);
  });

  it('is nobody without its password, and so is everybody else', async () => {
    const attempts = [
      { username: 'app', password: 'wrong' },
      { username: 'default', password: '' },
      { username: 'default', password: REDIS_PASSWORD },
    ];
    for (const login of attempts) {
      const client = createClient({
        url: redis.url,
        ...login,
        socket: { reconnectStrategy: false },
      });
      client.on('error', () => undefined);
      await expect(client.connect(), login.username).rejects.toThrow(/WRONGPASS|NOAUTH/);
    }
  });
});

describe('the user of the health check', LIMIT, () => {
  it('gets a PONG without a password, and nothing else', async () => {
    const probe = await connectAs('probe', 'none');
    expect(await probe.ping()).toBe('PONG');
    for (const command of ['INFO', 'GET redis:session:x', 'DBSIZE', 'CLIENT LIST']) {
      await expect(probe.sendCommand(command.split(' ')), command).rejects.toThrow(/NOPERM/);
    }
  });
});

describe('the command line of Redis', LIMIT, () => {
  it('is understood by a real server: users, append-only file and all', async ({ task, skip }) => {
    const program = await ensureRedisBinary({ install: false });
    if (program.provider !== 'binary') {
      task.meta.because = 'There is no redis-server on the PATH: here, Redis runs in Docker.';
      return skip();
    }
    const folder = mkdtempSync(join(tmpdir(), 'session-lab-redis-users-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const [, ...args] = services['redis']?.command?.map((word) => withValues(word, values)) ?? [];
    // No port at all: the command line says nothing of one, and 6379 may be somebody's.
    const socket = join(folder, 'redis.sock');
    const own = ['--port', '0', '--unixsocket', socket, '--dir', folder];
    const server = spawn(program.command, [...args, ...own], { stdio: 'ignore' });
    const ended = once(server, 'exit');
    onTestFinished(async () => {
      server.kill('SIGTERM');
      await ended;
    });

    const login = { username: 'app', password: REDIS_PASSWORD };
    const client = createClient({ socket: { path: socket, tls: false }, ...login });
    client.on('error', () => undefined); // it connects again until the socket is there
    await client.connect();
    onTestFinished(() => client.destroy());
    expect(await client.info('persistence')).toContain('aof_enabled:1');
    await expect(client.sendCommand(['FLUSHALL'])).rejects.toThrow(/NOPERM/);
  });

  it('shows no password, only its hash', () => {
    const command = services['redis']?.command?.join(' ') ?? '';
    expect(command).toContain('REDIS_PASSWORD_SHA256');
    expect(withValues(command, values)).not.toContain(REDIS_PASSWORD);
  });
});
