import pg from 'pg';
import { createClient } from 'redis';
import { expect, it, onTestFinished } from 'vitest';
import { startPostgres } from '../src/postgres/private.ts';
import { startRedis } from '../src/redis/private.ts';

it('a Redis whose backup was put back knows what it knew then, and nothing of later', async () => {
  const redis = await startRedis({ persistence: 'aof-always' });
  onTestFinished(() => redis.close());
  const ask = async (...command: string[]) => {
    const client = createClient({ url: redis.url });
    await client.connect();
    const answer: unknown = await client.sendCommand(command);
    client.destroy();
    return answer;
  };
  await ask('SET', 'early', '1');
  await expect(redis.backup()).rejects.toThrow('still runs');
  await redis.kill();
  const backup = await redis.backup();
  await redis.restart();
  await ask('SET', 'late', '1');
  await redis.kill();
  await redis.restore(backup);
  await redis.restart();
  expect(await ask('MGET', 'early', 'late')).toEqual(['1', null]);
});

it('a Postgres whose backup was put back has the rows of then', async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.close());
  const ask = async (sql: string) => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    const { rows } = await client.query(sql);
    await client.end();
    return rows;
  };
  await ask('CREATE TABLE t AS SELECT 1 AS n');
  await postgres.stop();
  const backup = await postgres.backup();
  await postgres.restart();
  await ask('INSERT INTO t VALUES (2)');
  await postgres.kill();
  await expect(async () => {
    await postgres.restart();
    await postgres.restore(backup);
  }).rejects.toThrow('still runs');
  await postgres.stop();
  await postgres.restore(backup);
  await postgres.restart();
  expect(await ask('SELECT n FROM t ORDER BY n')).toEqual([{ n: 1 }]);
});
