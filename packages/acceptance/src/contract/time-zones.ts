import pg from 'pg';
import { newSessionId, readConfig, storeKey, systemClock } from 'security-helpers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SECRET, type Target } from '../target.ts';

const ZONES = ['UTC', 'America/New_York', 'Asia/Tokyo'];

/** For examples with an expiry in a column of Postgres. */
export function timeZonesSuite(target: Target): void {
  describe('time zones', () => {
    it('#28 every connection judges a row alike, and prunes it, whatever its time zone', async () => {
      const backend = await target.openBackend();
      onTestFinished(() => backend.close());
      const owner = new pg.Pool({ connectionString: backend.env['MIGRATION_DATABASE_URL'] });
      onTestFinished(() => owner.end());
      const table = `${backend.env['SESSION_NAMESPACE']}.session`;
      const stores = await Promise.all(
        ZONES.map(async (zone) => {
          const url = new URL(backend.env['DATABASE_URL'] ?? '');
          url.searchParams.set('options', `-c TimeZone=${zone}`);
          const more = { DATABASE_URL: url.href, SESSION_PRUNE_SECONDS: '1' };
          const env = { ...backend.env, SESSION_SECRET: SECRET, ...more };
          const config = readConfig(env, { name: target.name, port: 0 });
          const opened = await target.openStore(env, config, systemClock);
          onTestFinished(() => opened.close());
          return opened.store;
        }),
      );
      for (const writer of stores) {
        const [fresh, expired] = [storeKey(newSessionId()), storeKey(newSessionId())];
        await writer.insert(fresh, 'fresh', 600_000);
        await writer.insert(expired, 'expired', 600_000);
        const { rows } = await owner.query(
          `SELECT round(extract(epoch FROM expire - now())) AS seconds FROM ${table} WHERE sid = $1`,
          [fresh],
        );
        expect(Number(rows[0].seconds)).toBeGreaterThan(500);
        expect(Number(rows[0].seconds)).toBeLessThanOrEqual(600);
        await owner.query(
          `UPDATE ${table} SET expire = now() - interval '1 minute' WHERE sid = $1`,
          [expired],
        );
        for (const reader of stores) {
          expect(await reader.read(fresh)).toBe('fresh');
          expect(await reader.read(expired)).toBeNull();
        }
      }
      // Each of the three prunes once a second.
      const left = async () => (await owner.query(`SELECT sess FROM ${table}`)).rows;
      const threeFresh = ZONES.map(() => ({ sess: Buffer.from('fresh') }));
      await expect.poll(left, { timeout: 20_000 }).toEqual(threeFresh);
    });
  });
}
