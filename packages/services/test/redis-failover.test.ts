import { expect, onTestFinished, test, vi } from 'vitest';
import { startRedisCluster, startRedisSentinel } from '../src/index.ts';
import { ask } from './support.ts';

// Real elections on a busy machine.
vi.setConfig({ testTimeout: 180_000 });
const patiently = { timeout: 60_000, interval: 50 };

test('Sentinels put a replica in the place of a killed primary, and it has the data', async () => {
  const sentinel = await startRedisSentinel();
  onTestFinished(() => sentinel.close());
  const before = await sentinel.primary();
  await ask(before.url, 'SET', 'cart', 'tea');
  expect(await ask(before.url, 'WAIT', '2', '10000')).toBe('2');

  await before.kill();
  await expect.poll(async () => (await sentinel.primary()).url, patiently).not.toBe(before.url);
  const after = await sentinel.primary();
  await expect.poll(() => ask(after.url, 'ROLE'), patiently).toMatch(/^master/);
  expect(await ask(after.url, 'GET', 'cart')).toBe('tea');

  await sentinel.rejoin(before);
  expect(await ask(before.url, 'ROLE')).toMatch(/^slave/);
  expect(await ask(before.url, 'GET', 'cart')).toBe('tea');
});

test('Sentinels replace a frozen primary, which follows the new one once it is thawed', async () => {
  const sentinel = await startRedisSentinel();
  onTestFinished(() => sentinel.close());
  const before = await sentinel.primary();
  await before.freeze();
  await expect.poll(async () => (await sentinel.primary()).url, patiently).not.toBe(before.url);
  await before.thaw();
  await expect.poll(() => ask(before.url, 'ROLE'), patiently).toMatch(/^slave/);
});

test('in a cluster a replica takes the place of a killed primary, and it has the data', async () => {
  const cluster = await startRedisCluster();
  onTestFinished(() => cluster.close());
  const before = await cluster.primaryOf('cart');
  await ask(before.url, 'SET', 'cart', 'tea');
  await ask(before.url, 'WAIT', '1', '10000');

  await before.kill();
  await expect
    .poll(async () => (await cluster.primaryOf('cart')).url, patiently)
    .not.toBe(before.url);
  const after = await cluster.primaryOf('cart');
  await expect.poll(() => ask(after.url, 'GET', 'cart').catch(String), patiently).toBe('tea');

  await cluster.rejoin(before);
  await expect.poll(() => ask(before.url, 'ROLE'), patiently).toMatch(/^slave/);
});

test('keys of a cluster are spread over primaries, and closing ends all members', async () => {
  const cluster = await startRedisCluster();
  const owners = await Promise.all(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key) => cluster.primaryOf(key)),
  );
  await cluster.close();
  expect(new Set(owners.map(({ url }) => url)).size).toBe(3);
  for (const { url } of cluster.members) await expect(ask(url, 'PING')).rejects.toThrow();
});
