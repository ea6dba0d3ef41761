// REDIS_WAIT_REPLICAS on a cluster, whose keys move from one server to another.
import { startRedisCluster } from '@session-lab/services';
import { createClient } from 'redis';
import { connectReplicas } from 'security-helpers/redis';
import { expect, it, onTestFinished } from 'vitest';

const PREFIX = 'shop:session:';

it('waits for the replicas of the server that owns the key, also when it has moved', async () => {
  const { env, members, primaryOf, close } = await startRedisCluster();
  onTestFinished(close);
  const { confirm, close: leave } = await connectReplicas(
    { clusterUrls: env.REDIS_CLUSTER.split(',').map((address) => `redis://${address}`) },
    {
      waitReplicas: 1,
      storeBudgetMs: 2000,
      prefix: PREFIX,
      users: { prefix: 'shop:user:', longestMs: 60_000 },
    },
  );
  onTestFinished(leave);
  const gone = (key: string) => confirm?.({ drop: [key] });

  // Of two keys on two servers, the replica of one server is frozen.
  const [here, there] = await keysOnTwo((key) => primaryOf(PREFIX + key));
  const owner = await primaryOf(PREFIX + here);
  const replica = await replicaOf(owner.url, members);
  await replica.freeze();
  await expect(gone(here)).rejects.toThrow('0 of 1 replicas');
  await gone(there);
  await replica.thaw();

  const next = await primaryOf(PREFIX + there);
  await moveSlot(PREFIX + here, owner.url, next.url);
  // Everybody has heard of it.
  for (const { url } of members.filter((member) => member !== next)) {
    const told = () => ask(url, 'EXISTS', PREFIX + here).catch(String);
    await expect.poll(told, { timeout: 20_000 }).toContain(new URL(next.url).host);
  }
  await gone(here);
  await (await replicaOf(next.url, members)).freeze();
  await expect(gone(here)).rejects.toThrow('0 of 1 replicas');
}, 120_000);

async function keysOnTwo(ownerOf: (key: string) => Promise<{ url: string }>) {
  const first = await ownerOf('0');
  for (let number = 1; ; number++) {
    if ((await ownerOf(String(number))).url !== first.url) return ['0', String(number)] as const;
  }
}

async function moveSlot(key: string, from: string, to: string): Promise<void> {
  const slot = await ask(from, 'CLUSTER', 'KEYSLOT', key);
  const [old, next] = [await ask(from, 'CLUSTER', 'MYID'), await ask(to, 'CLUSTER', 'MYID')];
  await ask(to, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', old);
  for (const url of [to, from]) await ask(url, 'CLUSTER', 'SETSLOT', slot, 'NODE', next);
}

async function replicaOf<Member extends { url: string }>(url: string, members: readonly Member[]) {
  const { port } = new URL(url);
  for (const member of members) {
    const info = await ask(member.url, 'INFO', 'replication');
    if (info.includes('role:slave') && info.includes(`master_port:${port}\r`)) return member;
  }
  throw new Error('a primary without a replica');
}

async function ask(url: string, ...command: string[]): Promise<string> {
  const client = await createClient({ url }).connect();
  try {
    return String(await client.sendCommand(command));
  } finally {
    client.destroy();
  }
}
