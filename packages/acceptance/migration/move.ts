// Moves all sessions that are still in the old store, says how many, and ends. Started while every
// instance of the app is one of instance.ts with MOVE_NEW=to.
//
// Its account in Redis may do what the app's may, and `+scan +pttl`.

import { MovingStore, moveSessions, readConfig, runTask } from 'security-helpers';
import { connectPostgres, PostgresStore, readPostgresConfig } from 'security-helpers/postgres';
import { connectRedis, RedisStore, readRedisConfig } from 'security-helpers/redis';
import { readMove } from './moving-store.ts';

await runTask(import.meta.url, async () => {
  const { env } = process;
  const { keys, lifetime, namespace, storeBudgetMs } = readConfig(env, { name: 'shop', port: 0 });
  const { to } = readMove(env);
  const { databaseUrl } = readPostgresConfig(env);
  const pool = await connectPostgres(databaseUrl, { budgetMs: storeBudgetMs, name: namespace });
  const client = await connectRedis(readRedisConfig(env));
  try {
    const rows = new PostgresStore({ pool, schema: namespace });
    const records = new RedisStore({
      client,
      prefix: `${namespace}:session:`,
      users: { prefix: `${namespace}:user:`, longestMs: lifetime.absoluteMs },
    });
    const [old, next] = to === 'redis' ? ([rows, records] as const) : ([records, rows] as const);
    const store = new MovingStore({ from: old, to: next, newIn: 'to' });
    const say = (moved: number) => console.log(`${moved} moved …`);
    const { moved, unreadable, left } = await moveSessions(
      store,
      () => old.entries(),
      keys.seal,
      say,
    );
    return `${moved} moved, ${left} left, ${unreadable} that no secret opens.`;
  } finally {
    client.destroy();
    await pool.end();
  }
});
