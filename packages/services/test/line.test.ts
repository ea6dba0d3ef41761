import { createClient } from 'redis';
import { expect, it, onTestFinished } from 'vitest';
import { openLine } from '../src/line.ts';
import { startRedis } from '../src/redis/private.ts';

async function openClient() {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const line = await openLine(redis.url);
  onTestFinished(() => line.close());
  const client = createClient({ url: line.url, disableOfflineQueue: true });
  client.on('error', () => undefined);
  onTestFinished(() => client.destroy());
  await client.connect();
  return { line, client };
}

/** Whether it has settled by the time that other things, on other lines, have. */
async function isStillOpen(promise: Promise<unknown>): Promise<boolean> {
  const late = new Promise((resolve) => setTimeout(resolve, 300, 'late'));
  return (await Promise.race([promise, late])) === 'late';
}

it('a line carries what it is given, in order, and slowly when told to', async () => {
  const { line, client } = await openClient();
  line.delay(60);
  const started = performance.now();
  const answers = await Promise.all([client.incr('n'), client.incr('n'), client.incr('n')]);
  expect(answers).toEqual([1, 2, 3]);
  expect(performance.now() - started).toBeGreaterThanOrEqual(100); // both ways
  line.delay(0);
  await client.set('long', 'x'.repeat(1_000_000));
  expect(await client.strLen('long')).toBe(1_000_000);
});

it('a line that is held is silent, and what was under way arrives when it is mended', async () => {
  const { line, client } = await openClient();
  line.hold();
  const answer = client.incr('n');
  expect(await isStillOpen(answer)).toBe(true);
  expect(line.connections).toBe(1); // nobody was told
  line.mend();
  expect(await answer).toBe(1);
});

it('a line that lost what it held ends at both ends, and works again', async () => {
  const { line, client } = await openClient();
  line.hold();
  const answer = client.incr('n');
  expect(await isStillOpen(answer)).toBe(true);
  line.mend({ lost: true });
  await expect(answer).rejects.toThrow();
  await expect.poll(() => client.incr('n').catch(String), { timeout: 20_000 }).toBe(1);
});

it('a line that is cut ends its connections, and new ones at once, until it is mended', async () => {
  const { line, client } = await openClient();
  line.cut();
  await expect.poll(() => client.ping().catch(() => 'gone'), { timeout: 20_000 }).toBe('gone');
  await expect.poll(() => line.connections).toBe(0);
  line.mend();
  await expect.poll(() => client.ping().catch(() => 'gone'), { timeout: 20_000 }).toBe('PONG');
});
