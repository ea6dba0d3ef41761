// What only Postgres can get wrong: roles, an audit trail, a table that is locked, rows that pile up.
import pg from 'pg';
import { newSessionId, storeKey } from 'security-helpers';
import { PostgresStore } from 'security-helpers/postgres';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Browser, idIn } from '../src/browser.ts';
import { startBefore } from '../src/contract/under-test.ts';
import { type Backend, launch } from '../src/target.ts';
import { closePostgres, postgres } from '../src/targets/postgres.ts';

describe('postgres', () => {
  const test = startBefore(postgres);
  let owner: pg.Pool;
  beforeAll(() => {
    owner = new pg.Pool({ connectionString: test.backend.env['MIGRATION_DATABASE_URL'] });
  });
  afterAll(async () => {
    await owner?.end();
    await closePostgres();
  });
  const schema = () => test.backend.env['SESSION_NAMESPACE'] ?? '';
  const rows = async () => {
    const { rows } = await owner.query(`SELECT count(*)::int AS n FROM ${schema()}.session`);
    return rows[0].n as number;
  };

  it('#27 expired rows go by themselves, in batches, while nobody asks for anything', async () => {
    await owner.query(
      `INSERT INTO ${schema()}.session (sid, sess, expire)
       SELECT 'old-' || n, 'x', now() - interval '1 second' FROM generate_series(1, 2500) n`,
    );
    await owner.query(`INSERT INTO ${schema()}.session (sid, sess, expire)
       VALUES ('new', 'x', now() + '1 hour')`);
    expect(await rows()).toBeGreaterThan(2500);
    await test.another({ SESSION_PRUNE_SECONDS: '1' });
    const expired = `SELECT FROM ${schema()}.session WHERE expire <= now()`;
    const left = async () => (await owner.query(expired)).rowCount;
    await expect.poll(left, { timeout: 20_000 }).toBe(0);
    const kept = await owner.query(`SELECT FROM ${schema()}.session WHERE sid = 'new'`);
    expect(kept.rowCount).toBe(1);
  });

  it('each step of a session is one row of the audit trail, whoever takes it', async () => {
    const trail = async (cookie: string) => {
      const { rows } = await owner.query(
        `SELECT event, user_id FROM ${schema()}.session_audit WHERE sid = $1 ORDER BY id`,
        [storeKey(idIn(cookie))],
      );
      return rows.map(({ event, user_id }) => [event, user_id]);
    };
    const browser = new Browser(test.url);
    await browser.post('/cart', { item: 'apple' });
    const anonymous = await browser.cookieHeader();
    await browser.logIn();
    const loggedIn = await browser.cookieHeader();
    expect(await trail(anonymous)).toEqual([
      ['created', null],
      ['ended', null],
    ]);
    await Promise.all([browser.post('/logout'), browser.post('/logout')]);
    expect(await trail(loggedIn)).toEqual([
      ['created', 'user-1'],
      ['ended', 'user-1'],
    ]);

    await browser.logIn();
    const expired = await browser.cookieHeader();
    const sid = storeKey(idIn(expired));
    await owner.query(`UPDATE ${schema()}.session SET expire = now() WHERE sid = $1`, [sid]);
    const pruner = new PostgresStore({ pool: owner, schema: schema() });
    await Promise.all([pruner.prune(), pruner.prune()]);
    expect((await trail(expired)).at(-1)).toEqual(['expired', 'user-1']);
    const { rows: history } = await owner.query(
      `SELECT user_id, reason FROM ${schema()}.session_history WHERE sid = $1`,
      [sid],
    );
    expect(history).toEqual([{ user_id: 'user-1', reason: 'expired' }]);
  });

  it('an end is dated to when it happened, not to when its transaction began', async () => {
    const browser = new Browser(test.url);
    await browser.logIn();
    const key = storeKey(idIn(await browser.cookieHeader()));
    const client = await owner.connect();
    await client.query('BEGIN');
    await client.query('SELECT pg_sleep(0.2)'); // it waited for a lock, for instance
    await client.query(`DELETE FROM ${schema()}.session WHERE sid = $1`, [key]);
    await client.query('COMMIT');
    const { rows } = await client.query(
      `SELECT extract(epoch FROM min(ended_at) - min(statement_timestamp())) AS s, count(*)::int AS n
       FROM ${schema()}.session_history WHERE sid = $1`,
      [key],
    );
    client.release();
    expect(rows[0].n).toBe(1);
    expect(Number(rows[0].s)).toBeGreaterThan(-0.2);
  });

  it("a step that the trail cannot note does not happen: the database's word is all or nothing", async () => {
    const table = `${schema()}.session_audit`;
    await owner.query(`ALTER TABLE ${table} ADD CONSTRAINT full_up CHECK (false) NOT VALID`);
    const browser = new Browser(test.url);
    try {
      expect((await browser.logIn()).status).toBe(503);
    } finally {
      await owner.query(`ALTER TABLE ${table} DROP CONSTRAINT full_up`);
    }
    expect((await browser.logIn()).status).toBe(200);
  });

  it("a temporary table of the app's role does not catch what is meant for the trail", async () => {
    const app = new pg.Client({ connectionString: test.backend.env['DATABASE_URL'] });
    await app.connect();
    onTestFinished(() => app.end());
    await app.query('CREATE TEMPORARY TABLE session_audit (event text, sid text, user_id text)');
    const sid = storeKey(newSessionId());
    await app.query(`INSERT INTO ${schema()}.session (sid, sess, expire) VALUES ($1, 'x', now())`, [
      sid,
    ]);
    const noted = await owner.query(`SELECT FROM ${schema()}.session_audit WHERE sid = $1`, [sid]);
    expect(noted.rowCount).toBe(1);
  });

  it('does not start without its tables, or on older ones: one sentence', async () => {
    const refusal = async (env: Record<string, string>) => {
      const started = launch(postgres, { ...test.backend, env: { ...test.backend.env, ...env } });
      const { exitCode, message } = await started.then(
        () => Promise.reject(new Error('it started')),
        (error: Error & { exitCode?: number }) => error,
      );
      return [exitCode, message];
    };
    expect(await refusal({ SESSION_NAMESPACE: 'nobody_migrated' })).toEqual([
      69,
      'The schema "nobody_migrated" has no tables for sessions yet. Run: npm run migrate',
    ]);
    const other: Backend = await postgres.openBackend();
    const name = other.env['SESSION_NAMESPACE'] ?? '';
    await owner.query(`DELETE FROM ${name}.pgmigrations`);
    expect(await refusal(other.env)).toEqual([
      69,
      `The schema "${name}" is older than this server. Run: npm run migrate`,
    ]);
    const wrong = new URL(other.env['DATABASE_URL'] ?? '');
    wrong.password = 'hunter2';
    const [exitCode, message] = await refusal({ DATABASE_URL: wrong.href });
    expect(exitCode).toBe(69);
    expect(message).toMatch(/^Postgres at .* cannot be reached \(password authentication failed/);
    expect(message).not.toContain('hunter2');
  }, 60_000);

  it('what requests wait for is parsed once a connection and planned five times; or has no name', async () => {
    const pool = new pg.Pool({ connectionString: test.backend.env['DATABASE_URL'], max: 1 });
    onTestFinished(() => pool.end());
    const prepared = async (options = {}) => {
      const store = new PostgresStore({ pool, schema: schema(), ...options });
      for (let count = 0; count < 20; count++) {
        const key = storeKey(newSessionId());
        expect(await store.insert(key, 'record', 60_000, 'user-9')).toBe(true);
        expect(await store.replace(key, 'record', 'other', 60_000)).toBe(true);
        expect(await store.read(key)).toBe('other');
        expect(await store.keysOf('user-9')).toEqual([key]);
        await store.remove(key);
      }
      const { rows } = await pool.query(
        `SELECT name, custom_plans::int + generic_plans::int AS used, custom_plans <= 5 AS few
         FROM pg_prepared_statements ORDER BY name`,
      );
      await pool.query('DEALLOCATE ALL');
      return rows;
    };
    expect(await prepared({ prepared: false })).toEqual([]);
    const each = { used: 20, few: true };
    const names = ['insert', 'keys of', 'read', 'remove', 'replace'];
    expect(await prepared()).toEqual(
      names.map((name) => ({ name: `"${schema()}" session ${name}`, ...each })),
    );
  });

  it('#59 a locked table and a pool with no connection left are 503 in time, then over', async () => {
    const app = await test.another({ STORE_DEADLINE_MS: '1000' });
    const browser = new Browser(app.url);
    await browser.logIn();
    const locker = await owner.connect();
    try {
      await locker.query('BEGIN');
      await locker.query(`LOCK TABLE ${schema()}.session IN ACCESS EXCLUSIVE MODE`);
      // The pool has ten connections: most of these do not even get one.
      const answers = await Promise.all(Array.from({ length: 40 }, () => browser.get('/profile')));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
      expect((await browser.get('/healthz')).status).toBe(200);
    } finally {
      await locker.query('ROLLBACK');
      locker.release();
    }
    await expect
      .poll(async () => (await browser.get('/profile')).status, { timeout: 20_000 })
      .toBe(200);
  }, 60_000);
});
