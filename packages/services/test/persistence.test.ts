import { expect, test } from 'vitest';
import { ask, privateRedis, setting } from './support.ts';

const afterSave = ['saved', 'late'];

// What a reader finds again: after a graceful stop, and after SIGKILL. `saved` was there when the
// snapshot was made (SAVE), `late` was confirmed after it.
test.each([
  { persistence: 'none', stop: [], kill: [] },
  { persistence: 'aof-everysec', stop: afterSave, kill: undefined },
  { persistence: 'aof-always', stop: afterSave, kill: afterSave },
  { persistence: 'rdb', stop: afterSave, kill: ['saved'] },
] as const)('$persistence brings back $stop after stop, $kill after kill', async (row) => {
  for (const end of ['stop', 'kill'] as const) {
    const expected = row[end];
    if (!expected) continue; // up to a second of writes may be lost or not: nothing to promise
    const redis = await privateRedis({ persistence: row.persistence });
    await ask(redis.url, 'SET', 'saved', '1');
    await ask(redis.url, 'SAVE');
    await ask(redis.url, 'SET', 'late', '1');
    await redis[end]();
    await redis.restart();
    const found = await Promise.all(afterSave.map((key) => ask(redis.url, 'EXISTS', key)));
    expect(afterSave.filter((_, index) => found[index] === '1')).toEqual(expected);
  }
});

test.each([
  ['none', 'no', ''],
  ['aof-everysec', 'yes everysec', ''],
  ['aof-always', 'yes always', ''],
  ['rdb', 'no', '3600 1 300 100'],
] as const)('%s is what the server itself says', async (persistence, appendOnly, save) => {
  const { url } = await privateRedis({ persistence });
  const isOn = (await setting(url, 'appendonly')) === 'yes';
  expect(isOn ? `yes ${await setting(url, 'appendfsync')}` : 'no').toBe(appendOnly);
  expect(await setting(url, 'save')).toBe(save);
});

test('restart with `empty` forgets everything, with another persistence it stays so', async () => {
  const redis = await privateRedis({ persistence: 'aof-always' });
  await ask(redis.url, 'SET', 'a', '1');
  await redis.restart({ empty: true });
  expect(await ask(redis.url, 'EXISTS', 'a')).toBe('0');

  await redis.restart({ persistence: 'none' });
  await ask(redis.url, 'SET', 'a', '1');
  await redis.restart();
  expect(await ask(redis.url, 'EXISTS', 'a')).toBe('0');
});
