import { chmodSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  ensureRedisBinary,
  findOrStartRedis,
  redisAvailability,
  startRedis,
} from '../src/index.ts';
import { ask, password, privateRedis, temporaryFolder, unavailable } from './support.ts';

const withUrl = (REDIS_URL: string) => findOrStartRedis({ folder: 'nowhere', env: { REDIS_URL } });

test('REDIS_URL is used, and nothing is started', async () => {
  const redis = await privateRedis();
  const found = await withUrl(redis.url);
  expect(found).toMatchObject({ provider: 'url', url: redis.url, place: `at ${redis.url}` });
  for (const action of ['stop', 'kill', 'freeze', 'thaw', 'restart'] as const) {
    await unavailable(found[action]());
  }
  await found.close();
  expect(await ask(redis.url, 'PING')).toBe('PONG');
  expect(existsSync('nowhere')).toBe(false);
});

test('REDIS_URL with a password is used, and a wrong one refused without printing it', async () => {
  const redis = await privateRedis();
  await ask(redis.url, 'CONFIG', 'SET', 'requirepass', 'p@ss word');
  const good = redis.url.replace('//', '//:p%40ss%20word@');
  expect(await withUrl(good)).toMatchObject({ url: good, place: `at ${redis.url}` });
  expect(await unavailable(withUrl(redis.url.replace('//', `//:${password}@`)))).toMatch(
    'refuses the user or password',
  );
  expect(await unavailable(withUrl(redis.url))).toMatch('refuses the user or password');
});

test('a REDIS_URL that does not answer is refused in one sentence without the password', async () => {
  const redis = await privateRedis();
  await redis.stop();
  const message = await unavailable(withUrl(redis.url.replace('//', `//ada:${password}@`)));
  expect(message).toContain(new URL(redis.url).host);
  expect(message).toContain('ECONNREFUSED');
});

test('a REDIS_URL that accepts and says nothing is refused', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  onTestFinished(() => void silent.close());
  await new Promise((resolve) => silent.once('listening', resolve));
  const address = silent.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await unavailable(withUrl(`redis://:${password}@127.0.0.1:${port}`));
});

test.each([
  `http://:${password}@127.0.0.1`,
  password,
  `redis://:%zz${password}@127.0.0.1`,
  'redis://',
])('REDIS_URL %s is not one', async (url) => {
  expect(await unavailable(withUrl(url))).toMatch('not a redis:// or rediss:// URL');
});

test('Sentinels or the members of a cluster are used as well, when one of them answers', async () => {
  const redis = await privateRedis();
  const { host } = new URL(redis.url);
  const list = `redis://default:${password}@127.0.0.1:1, redis://default:${password}@${host}`;
  const place = `redis://127.0.0.1:1, redis://${host}`;
  const find = (env: NodeJS.ProcessEnv) => findOrStartRedis({ folder: 'nowhere', env });
  expect(await find({ REDIS_SENTINELS: list })).toMatchObject({
    provider: 'url',
    url: list,
    place: `by the Sentinels at ${place}`,
  });
  expect(await find({ REDIS_CLUSTER: `127.0.0.1:1,${host}` })).toMatchObject({
    provider: 'url',
    place: `as the cluster at ${place}`,
  });

  await redis.kill();
  const message = await unavailable(find({ REDIS_SENTINELS: list }));
  expect(message).toMatch(`The server of REDIS_SENTINELS (127.0.0.1:1) does not answer`);
  expect(message).toContain(host);
  const wrong = `${host},http://:${password}@${host}`;
  expect(await unavailable(find({ REDIS_CLUSTER: wrong }))).toMatch(/^REDIS_CLUSTER is not a/);
});

test('an empty PATH and SESSION_LAB_NO_INSTALL=1 end in one sentence', async () => {
  const env = { PATH: '', SESSION_LAB_NO_INSTALL: '1' };
  const said: string[] = [];
  const announce = (line: string) => said.push(line);
  await unavailable(ensureRedisBinary({ env, announce }));
  await unavailable(findOrStartRedis({ folder: temporaryFolder(), env, announce }));
  await unavailable(startRedis({ env }));
  expect(await redisAvailability(env)).toMatchObject({ runs: false });
  expect(said).toEqual([]);
});

test('an install is announced before it is tried, and refused when unwanted', async () => {
  const bin = temporaryFolder();
  const proof = join(bin, 'was-run');
  const brew = join(bin, 'brew');
  writeFileSync(brew, `#!/bin/sh\necho "$@" > '${proof}'\necho 'no bottle' >&2\nexit 1\n`);
  chmodSync(brew, 0o755);
  const said: string[] = [];
  const announce = (line: string) => said.push(`${line} (ran: ${existsSync(proof)})`);
  const env = { PATH: bin };

  expect(await redisAvailability(env)).toEqual({
    runs: 'after-install',
    how: 'brew install redis',
  });
  await unavailable(ensureRedisBinary({ env, announce, install: false }));
  await unavailable(ensureRedisBinary({ env: { ...env, SESSION_LAB_NO_INSTALL: '1' }, announce }));
  expect(said).toEqual([]);
  expect(existsSync(proof)).toBe(false);

  const message = await unavailable(ensureRedisBinary({ env, announce }));
  expect(message).toContain('no bottle');
  expect(said).toEqual([
    'Installing Redis: brew install redis (SESSION_LAB_NO_INSTALL=1 refuses this). (ran: false)',
  ]);
  expect(existsSync(proof)).toBe(true);
});

test('a redis-server that is too old is passed over for a valkey-server', async () => {
  const found = await ensureRedisBinary();
  if (found.provider !== 'binary') return;
  const bin = temporaryFolder();
  const old = join(bin, 'redis-server');
  writeFileSync(old, "#!/bin/sh\necho 'Redis server v=5.0.7 sha=0'\n");
  chmodSync(old, 0o755);
  expect(await redisAvailability({ PATH: bin })).not.toMatchObject({ runs: true });

  symlinkSync(found.command, join(bin, 'valkey-server'));
  const redis = await privateRedis({ env: { PATH: bin } });
  expect(await ask(redis.url, 'PING')).toBe('PONG');
});
