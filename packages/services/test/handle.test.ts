import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { PortTakenError, startRedis } from '../src/index.ts';
import { descendants, startOf } from '../src/process-table.ts';
import { until } from '../src/wait.ts';
import { ask, connect, knock, pidOf, privateRedis, setting } from './support.ts';

test('an open connection falls silent while Redis is frozen, and answers after the thaw', async () => {
  const [redis, control] = [await privateRedis(), await privateRedis()];
  const [frozen, lively] = [await connect(redis.url), await connect(control.url)];
  await frozen.client.set('greeting', 'hello');

  await redis.freeze();
  let answered = false;
  const answer = frozen.client.get('greeting').then((value) => {
    answered = true;
    return value;
  });
  // Not a pause but a comparison: another Redis on this machine answers 200 times meanwhile.
  for (let round = 0; round < 200; round += 1) await lively.client.ping();
  expect(answered).toBe(false);
  expect(await knock(redis.url)).toBe('connected');

  await redis.thaw();
  expect(await answer).toBe('hello');
});

test('after kill the open connections are closed and new ones refused', async () => {
  const redis = await privateRedis();
  const { client, lost } = await connect(redis.url);
  await client.ping();
  const pid = await pidOf(redis.url);

  await redis.kill();
  expect(startOf(pid)).toBeUndefined();
  await lost;
  expect(await knock(redis.url)).toBe('ECONNREFUSED');
});

test('kill and stop resolve only when the port is free again, time after time', async () => {
  const redis = await privateRedis();
  for (let round = 0; round < 20; round += 1) {
    await (round % 2 === 0 ? redis.kill() : redis.stop());
    expect(await knock(redis.url)).toBe('ECONNREFUSED');
    await redis.restart();
  }
});

test('kill ends the child that writes a snapshot, too', async () => {
  const redis = await privateRedis({ persistence: 'rdb' });
  await ask(redis.url, 'SET', 'a', '1');
  await ask(redis.url, 'CONFIG', 'SET', 'rdb-key-save-delay', '60000000');
  const pid = await pidOf(redis.url);
  await ask(redis.url, 'BGSAVE');
  const [child = 0] = await until('no snapshot child', 10_000, () => {
    const children = descendants(pid);
    return children.length > 0 ? children : undefined;
  });
  expect(startOf(child)).toBeDefined();

  await redis.kill();
  expect(startOf(child)).toBeUndefined();
});

test('restart keeps the port, from running, stopped, killed and frozen', async () => {
  const redis = await privateRedis();
  const make = { run: async () => undefined, ...redis };
  for (const state of ['run', 'stop', 'kill', 'freeze'] as const) {
    const before = await pidOf(redis.url);
    await make[state]();
    await redis.restart();
    expect(await pidOf(redis.url)).not.toBe(before);
    expect(startOf(before)).toBeUndefined();
  }
});

test.each(['run', 'stop', 'kill', 'freeze'] as const)(
  'close leaves no process and no folder after %s',
  async (state) => {
    const redis = await startRedis();
    const pid = await pidOf(redis.url);
    const data = await setting(redis.url, 'dir');
    expect(existsSync(data)).toBe(true);

    await { run: async () => undefined, ...redis }[state]();
    await redis.close();
    expect(startOf(pid)).toBeUndefined();
    expect(existsSync(dirname(data))).toBe(false);
    await redis.close();
    await expect(redis.restart()).rejects.toThrow('was closed');
  },
);

test('stop and kill can be repeated; freezing what does not run is an error', async () => {
  const redis = await privateRedis();
  await redis.stop();
  await redis.stop();
  await redis.kill();
  await redis.thaw();
  expect(await knock(redis.url)).toBe('ECONNREFUSED');
  await expect(redis.freeze()).rejects.toThrow('not running');
});

test('a close that comes during a restart wins', async () => {
  const redis = await startRedis();
  await Promise.all([redis.restart(), redis.close()]);
  expect(await knock(redis.url)).toBe('ECONNREFUSED');
});

test('the port of another Redis is not taken for the own one', async () => {
  const other = await privateRedis();
  const port = Number(new URL(other.url).port);
  await expect(startRedis({ port })).rejects.toBeInstanceOf(PortTakenError);
  expect(await ask(other.url, 'PING')).toBe('PONG');
});

test('a port that another program holds is named, not shared', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  const error: unknown = await startRedis({ port }).catch((reason: unknown) => reason);
  other.close();
  expect(error).toBeInstanceOf(PortTakenError);
  expect(String(error)).toContain(String(port));
});
