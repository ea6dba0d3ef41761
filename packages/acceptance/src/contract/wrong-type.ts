import { createClient } from 'redis';
import { storeKey } from 'security-helpers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Browser, idIn } from '../browser.ts';
import type { Target } from '../target.ts';
import { startBefore } from './under-test.ts';

/** For examples whose records are strings in Redis. */
export function wrongTypeSuite(target: Target): void {
  describe('keys of another type', () => {
    const test = startBefore(target);

    it('#54 a list under the key of a session is no session, once, and then it is gone', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const key = `${target.name}:session:${storeKey(idIn(await browser.cookieHeader()))}`;
      const client = await createClient({ url: test.backend.env['REDIS_URL'] ?? '' }).connect();
      onTestFinished(() => client.destroy());
      expect(await client.del(key)).toBe(1);
      await client.lPush(key, 'not a record');
      expect((await browser.get('/profile')).status).toBe(401);
      expect(await client.exists(key)).toBe(0);
      expect((await browser.logIn()).status).toBe(200);
    });
  });
}
