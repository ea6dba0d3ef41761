import { startRedis, startRedisCluster, startRedisSentinel } from '@session-lab/services';
import { connectRedis, RedisStore, readRedisConfig } from 'security-helpers/redis';
import { expect, it, onTestFinished } from 'vitest';

const startSingle = async () => {
  const { url, close } = await startRedis();
  return { env: { REDIS_URL: url }, close };
};
const COUNT = 1200; // more than a page

it.each([
  ['one server', startSingle],
  ['Sentinels', startRedisSentinel],
  ['a cluster', startRedisCluster],
] as const)('goes through all records on %s, and no others', async (_, start) => {
  const { env, close } = await start();
  onTestFinished(() => close());
  const client = await connectRedis(readRedisConfig({ ...env }));
  onTestFinished(() => void client.destroy());
  const store = new RedisStore({ client, prefix: 'shop:session:' });
  const another = new RedisStore({ client, prefix: 'other:session:' });
  await another.insert('0', 'not this', 60_000);
  await Promise.all(
    Array.from({ length: COUNT }, (_, n) => store.insert(`${n}`, `record ${n}`, 60_000)),
  );
  const found = new Map<string, string>();
  for await (const { key, record, ttlMs } of store.entries()) {
    found.set(key, record);
    expect(ttlMs).toBeGreaterThan(0);
    expect(ttlMs).toBeLessThanOrEqual(60_000);
  }
  expect(found.size).toBe(COUNT);
  for (const [key, record] of found) expect(record).toBe(`record ${key}`);
});
