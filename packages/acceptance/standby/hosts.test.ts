// A primary and its standby behind one DATABASE_URL: whichever takes writes is used, and no other.
import { appRole, startPostgres, startStandby } from '@session-lab/services';
import type pg from 'pg';
import { connectPostgres, migrate } from 'security-helpers/postgres';
import { expect, it, onTestFinished, vi } from 'vitest';
import { bothHosts } from '../src/both-hosts.ts';

vi.setConfig({ testTimeout: 120_000 });

const BUDGET_MS = 1000;

async function pair() {
  const primary = await startPostgres();
  onTestFinished(() => primary.close());
  const standby = await startStandby(primary);
  onTestFinished(() => standby.close());
  return { primary, standby };
}

async function poolOf(url: string): Promise<pg.Pool> {
  const pool = await connectPostgres(url, { budgetMs: BUDGET_MS, name: 'hosts' });
  onTestFinished(() => pool.end());
  return pool;
}

const writes = (pool: pg.Pool) =>
  pool.query('CREATE TEMPORARY TABLE IF NOT EXISTS t (n int)').then(
    () => true,
    () => false,
  );

/** As somebody does who tries again. */
async function untilItWrites(pool: pg.Pool): Promise<void> {
  await expect.poll(() => writes(pool), { timeout: 60_000 }).toBe(true);
}

it.each(['kill', 'freeze'] as const)(
  'the same pool goes on at the standby that took over (%s)',
  async (strike) => {
    const { primary, standby } = await pair();
    // The standby first: that a host answers is not enough.
    const pool = await poolOf(bothHosts(standby.url, primary.url));
    const all = Array.from({ length: 10 }, () => writes(pool));
    expect(await Promise.all(all)).not.toContain(false);

    await primary[strike]();
    expect(await writes(pool)).toBe(false); // a standby is no way out
    await standby.promote();
    await untilItWrites(pool);
    const ports = await Promise.all(
      Array.from({ length: 10 }, async () => (await pool.query('SHOW port')).rows[0].port),
    );
    expect(new Set(ports)).toEqual(new Set([new URL(standby.url).port]));
  },
);

it('a connection whose server takes no writes any more is thrown away, and all others with it', async () => {
  const { primary, standby } = await pair();
  const pool = await poolOf(bothHosts(primary.url, standby.url));
  // Behind a proxy a connection outlives its server's demotion. Each of these is such a one.
  const text = 'SELECT pg_sleep(0.1); SET default_transaction_read_only = on';
  await Promise.all(Array.from({ length: 10 }, () => pool.query(text)));
  expect(pool.idleCount).toBe(10);
  await expect(pool.query('CREATE TABLE t (n int)')).rejects.toMatchObject({
    code: '25006', // read_only_sql_transaction
  });
  const readOnly = async () =>
    (await pool.query('SHOW transaction_read_only')).rows[0].transaction_read_only;
  expect(await Promise.all(Array.from({ length: 10 }, readOnly))).not.toContain('on');
});

it('no host that takes writes: the server says which were asked, and does not start', async () => {
  const { primary, standby } = await pair();
  const url = bothHosts(primary.url, standby.url);
  await primary.kill();
  const [first, second] = [primary, standby].map((each) => new URL(each.url).host);
  await expect(connectPostgres(url, { budgetMs: BUDGET_MS, name: 'hosts' })).rejects.toThrow(
    `Postgres at postgres://${first} or postgres://${second} cannot be reached (`,
  );
  const owner = { databaseUrl: url, migrationUrl: url };
  await expect(migrate(owner, 'shop')).rejects.toThrow(
    'could not be migrated (it takes no writes)',
  );
});

it('migrations are made where writes are taken', async () => {
  const { primary, standby } = await pair();
  const app = await appRole(primary.url);
  const config = {
    databaseUrl: bothHosts(app, standby.url),
    migrationUrl: bothHosts(standby.url, primary.url),
  };
  expect(await migrate(config, 'shop')).not.toEqual([]);
});
