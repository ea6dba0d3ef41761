import { expect, onTestFinished, test } from 'vitest';
import { openLine, startStandby } from '../src/index.ts';
import { until } from '../src/wait.ts';
import { ask, connect, privatePostgres, value } from './postgres-support.ts';
import { knock } from './support.ts';

async function standbyOf(...args: Parameters<typeof startStandby>) {
  const standby = await startStandby(...args);
  onTestFinished(() => standby.close());
  return standby;
}

const rows = (url: string) => ask(url, 'select n from t order by n');

test('with synchronous replication, what is confirmed is there when the standby takes over', async () => {
  const settings = { synchronous_standby_names: '*', synchronous_commit: 'on' };
  const primary = await privatePostgres({ settings });
  const standby = await standbyOf(primary);
  await ask(primary.url, 'create table t (n int)');
  for (let n = 0; n < 20; n += 1) await ask(primary.url, `insert into t values (${n})`);
  await primary.kill();
  await standby.promote();
  expect(await rows(standby.url)).toHaveLength(20);
  await ask(standby.url, 'insert into t values (20)');
  expect(await value(standby.url, 'select pg_is_in_recovery()')).toBe('false');

  // From now on it is a server like any other: it stays the primary over a kill and a restart.
  await standby.kill();
  await standby.restart();
  expect(await rows(standby.url)).toHaveLength(21);
});

test('a standby refuses writes, and goes on repeating after a kill, a freeze and a restart', async () => {
  const primary = await privatePostgres();
  const standby = await standbyOf(primary);
  await ask(primary.url, 'create table t (n int)');
  const untilItHas = (count: number) =>
    until(`the standby does not have ${count} rows`, 60_000, async () => {
      const found = await rows(standby.url).catch(() => []);
      return found.length === count;
    });
  await standby.untilCaughtUp();
  await expect(ask(standby.url, 'insert into t values (0)')).rejects.toMatchObject({
    code: '25006', // read_only_sql_transaction
  });

  await standby.kill();
  expect(await knock(standby.url)).toBe('ECONNREFUSED');
  await ask(primary.url, 'insert into t values (1)');
  await standby.restart();
  await untilItHas(1);

  await standby.freeze();
  await ask(primary.url, 'insert into t values (2)');
  await standby.thaw();
  await untilItHas(2);

  await standby.restart({ empty: true });
  await untilItHas(2);
});

test('without synchronous replication, what did not come through is lost', async () => {
  const primary = await privatePostgres();
  const line = await openLine(primary.url);
  onTestFinished(() => line.close());
  const standby = await standbyOf(primary, { by: line.url });
  await ask(primary.url, 'create table t (n int)');
  await ask(primary.url, 'insert into t values (1)');
  await until('the standby has no row', 60_000, async () => {
    const found = await rows(standby.url).catch(() => []);
    return found.length === 1;
  });
  line.hold();
  await ask(primary.url, 'insert into t values (2)');
  await primary.kill();
  await standby.promote();
  expect(await rows(standby.url)).toEqual([{ n: 1 }]);
});

test('a wait for the standby that somebody cancels counts as success, with a warning', async () => {
  const primary = await privatePostgres({ settings: { synchronous_standby_names: '*' } });
  const standby = await standbyOf(primary);
  await ask(primary.url, 'create table t (n int)');
  const { client } = await connect(primary.url);
  const warnings: (string | undefined)[] = [];
  client.on('notice', ({ message }) => warnings.push(message));
  await client.query("set statement_timeout = '3s'");
  await standby.freeze();
  const inserted = client.query('insert into t values (1)');
  // After longer than that: it is not for the time that one waits for the standby.
  const cancel = `select pg_cancel_backend(pid) from pg_stat_activity
    where wait_event = 'SyncRep' and query_start < now() - interval '4s'`;
  await until('nobody waits', 60_000, async () => (await ask(primary.url, cancel)).length > 0);
  expect((await inserted).rowCount).toBe(1);
  expect(warnings).toEqual(['canceling wait for synchronous replication due to user request']);
});
