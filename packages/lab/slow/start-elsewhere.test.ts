// `npm start` on stores that run already and are more than one server.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bothHosts } from '@session-lab/acceptance';
import {
  freePort,
  startPostgres,
  startRedisCluster,
  startRedisSentinel,
} from '@session-lab/services';
import { createClient } from 'redis';
import { expect, it, onTestFinished, vi } from 'vitest';
import { logIn, startLab, temporaryFolder } from '../test/support.ts';

vi.setConfig({ testTimeout: 180_000 });

/** Many processes, just started: how fast they are is not the question. */
const BUDGET = { STORE_DEADLINE_MS: '10000' };

/** With an account: without a password of its own, `default` takes any. */
const withPassword = (list: string) =>
  list.replaceAll('127.0.0.1', 'redis://default:hunter2@127.0.0.1');

async function sentinels() {
  const redis = await startRedisSentinel();
  onTestFinished(() => redis.close());
  const env = { ...redis.env, REDIS_SENTINELS: withPassword(redis.env.REDIS_SENTINELS) };
  return { redis, env, place: redis.env.REDIS_SENTINELS.split(',') };
}

/** The statuses of /profile, on connections that go to one instance after the other. */
async function statuses(url: string, cookie: string): Promise<Set<number>> {
  const headers = { cookie, connection: 'close' };
  const answers = Array.from({ length: 10 }, () => fetch(`${url}/profile`, { headers }));
  return new Set((await Promise.all(answers)).map(({ status }) => status));
}

async function keysAt(url: string): Promise<string[]> {
  const client = await createClient({ url }).connect();
  return client.keys('*').finally(() => client.destroy());
}

it('REDIS_SENTINELS: no Redis is started, and the table names them without the password', async () => {
  const { redis, env, place } = await sentinels();
  const folder = temporaryFolder();
  const lab = startLab(['redis', 'koa', '--instances', '2'], folder, { ...BUDGET, ...env });
  const rows = [await lab.row('redis'), await lab.row('koa')];
  for (const { url, store } of rows) {
    expect(store).toBe(
      `Redis by the Sentinels at ${place.map((at) => `redis://${at}`).join(', ')}`,
    );
    expect(await statuses(url, await logIn(url))).toEqual(new Set([200]));
  }
  const keys = (await keysAt((await redis.primary()).url)).join();
  expect(keys).toContain('redis:session:');
  expect(keys).toContain('koa:session:');
  expect(lab.output()).not.toContain('hunter2');
  expect(existsSync(join(folder, 'redis'))).toBe(false);

  lab.child.kill('SIGTERM');
  expect((await lab.ended).code).toBe(0);
  expect((await keysAt((await redis.primary()).url)).join()).toBe(keys); // theirs, and left alone
});

it('REDIS_CLUSTER: the same, for hybrid with a Postgres that is started here', async () => {
  const redis = await startRedisCluster();
  onTestFinished(() => redis.close());
  const folder = temporaryFolder();
  const REDIS_CLUSTER = withPassword(redis.env.REDIS_CLUSTER);
  const lab = startLab(['hybrid'], folder, { ...BUDGET, REDIS_CLUSTER });
  const { url, store } = await lab.row('hybrid');
  expect(store).toMatch(/^Postgres at postgres:\/\/\S+, Redis as the cluster at redis:\/\/127/);
  expect(await statuses(url, await logIn(url))).toEqual(new Set([200])); // the first made a copy
  const keys = await Promise.all(redis.members.map((member) => keysAt(member.url)));
  expect(keys.flat().join()).toContain('hybrid:hot:');
  expect(lab.output()).not.toContain('hunter2');
  expect(existsSync(join(folder, 'redis'))).toBe(false);
});

it('two settings for one Redis: the example says so, and where they are', async () => {
  const { redis, env } = await sentinels();
  const REDIS_URL = (await redis.primary()).url;
  const lab = startLab(['redis'], temporaryFolder(), { ...env, REDIS_URL });
  expect((await lab.ended).code).toBe(78);
  expect(lab.output()).toMatch(
    /^redis does not run: REDIS_URL and REDIS_SENTINELS are both set: .*examples\/redis\/\.env$/m,
  );
  expect(lab.output()).not.toContain('hunter2');
});

it('DATABASE_URL with two hosts: the one that answers is used, the table names both', async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.close());
  const gone = new URL(postgres.url);
  gone.port = String(await freePort());
  const DATABASE_URL = bothHosts(gone.href, postgres.url);
  const lab = startLab(['postgres', '--instances', '2'], temporaryFolder(), {
    ...BUDGET,
    DATABASE_URL,
  });
  const { url, store } = await lab.row('postgres');
  const [first, second] = [gone, new URL(postgres.url)].map(
    ({ host, pathname }) => host + pathname,
  );
  expect(store).toBe(`Postgres at postgres://${first}, postgres://${second}`);
  expect(await statuses(url, await logIn(url))).toEqual(new Set([200]));
  expect(lab.output()).not.toContain(gone.password);
});
