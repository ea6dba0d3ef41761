// A client of a cluster that has lost its way while the cluster is well.
import { startRedisCluster } from '@session-lab/services';
import { connectRedis } from 'security-helpers/redis';
import { expect, it, onTestFinished } from 'vitest';

async function openClient() {
  const { env, close } = await startRedisCluster();
  onTestFinished(close);
  const urls = env.REDIS_CLUSTER.split(',').map((address) => `redis://${address}`);
  const client = await connectRedis({ clusterUrls: urls });
  onTestFinished(() => void client.destroy());
  if (!('masters' in client)) throw new TypeError('no client of a cluster');
  return client;
}

it.each([
  ['a connection that is closed for good', 'closed'],
  ['keys that it believes nobody owns', 'nobody'],
] as const)(
  'a client with %s is connected anew',
  async (_, fault) => {
    const client = await openClient();
    const [slot] = client.slots;
    const keys = Array.from({ length: 50 }, (_, number) => `key ${number}`);
    await Promise.all(keys.map((key) => client.set(key, key)));

    if (fault === 'closed') slot?.master.client?.destroy();
    else
      for (const [at, each] of client.slots.entries()) if (each === slot) delete client.slots[at];

    const read = async () => {
      const answers = await Promise.allSettled(keys.map((key) => client.get(key)));
      return answers.filter(({ status }) => status === 'rejected').length;
    };
    expect(await read()).toBeGreaterThan(0);
    await expect.poll(read, { timeout: 45_000, interval: 500 }).toBe(0);
  },
  120_000,
);
