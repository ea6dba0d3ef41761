import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Browser } from '../browser.ts';
import type { Target } from '../target.ts';
import { startBefore } from './under-test.ts';

/** For examples with an account in Postgres. All suites run with it; this one tries for more. */
export function postgresRoleSuite(target: Target): void {
  describe('the role of the app', () => {
    const test = startBefore(target);

    it('#63 works on rows, and can do nothing to tables, nor cover its tracks', async () => {
      const schema = test.backend.env['SESSION_NAMESPACE'];
      const app = new pg.Pool({ connectionString: test.backend.env['DATABASE_URL'] });
      onTestFinished(() => app.end());
      const browser = new Browser(test.url);
      await browser.logIn();
      expect((await app.query(`SELECT FROM ${schema}.session`)).rowCount).toBe(1);
      for (const statement of [
        `CREATE TABLE ${schema}.mine ()`,
        'CREATE TABLE public.mine ()',
        `DROP TABLE ${schema}.session`,
        `ALTER TABLE ${schema}.session ADD COLUMN x int`,
        `TRUNCATE ${schema}.session`,
        `DELETE FROM ${schema}.pgmigrations`,
        // The trail is out of reach: no reading, no forging, no covering of tracks.
        `SELECT FROM ${schema}.session_audit`,
        `INSERT INTO ${schema}.session_audit (event, sid) VALUES ('created', 'x')`,
        `UPDATE ${schema}.session_audit SET user_id = 'x'`,
        `DELETE FROM ${schema}.session_audit`,
        `DELETE FROM ${schema}.session_history`,
        `DROP TRIGGER session_ends ON ${schema}.session`,
        `DROP SCHEMA ${schema} CASCADE`,
        'CREATE ROLE mine',
        'CREATE SCHEMA mine',
        "SELECT pg_read_file('/etc/passwd')",
        "COPY pg_database TO PROGRAM 'true'",
      ]) {
        // 42501: insufficient privilege
        await expect(app.query(statement), statement).rejects.toMatchObject({ code: '42501' });
      }
      expect((await browser.get('/profile')).status).toBe(200);
    });
  });
}
