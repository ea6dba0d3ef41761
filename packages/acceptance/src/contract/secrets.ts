import { describe, expect, it } from 'vitest';
import { Browser, idIn, readSetCookie, replay } from '../browser.ts';
import { launch, NEXT_SECRET, PRODUCTION, SECRET, type Target } from '../target.ts';
import { startBefore } from './under-test.ts';

export function secretsSuite(target: Target): void {
  describe('secrets and settings', () => {
    const test = startBefore(target);
    const refusal = (env: Record<string, string>) =>
      launch(target, test.backend, { env }).then(
        async (app) => {
          await app.close();
          throw new Error(`started with ${Object.keys(env)}`);
        },
        (error: Error & { exitCode?: number }) => error,
      );

    it.each([
      ['missing', ''],
      ['keyboard cat', 'keyboard cat'],
      ['a placeholder', 'changeme'],
      ['a long placeholder', 'change-me-change-me-change-me-change-me-change-me'],
      ['short', 'x7Gh2kQ9'],
      ['one character, repeated', 'a'.repeat(64)],
      ['only commas', ',,,'],
      ['neither hex nor base64', 'ä'.repeat(64)],
      ['half of a list', `${SECRET},x7Gh2kQ9`],
      ['the same twice', `${SECRET},${SECRET}`],
    ])('#64 a secret that is %s keeps the server from starting', async (_what, secret) => {
      const { exitCode, message } = await refusal({ SESSION_SECRET: secret });
      expect(exitCode).toBe(78);
      expect(message).toMatch(/SESSION_SECRET/);
      expect(message.split('\n').length).toBe(1);
      for (const part of secret.split(',')) {
        if (part) expect(message).not.toContain(part);
      }
    });

    it.each([
      [{ PORT: 'http' }, 'PORT'],
      [{ PORT: '70000' }, 'PORT'],
      [{ SESSION_COOKIE_NAME: 'a b' }, 'SESSION_COOKIE_NAME'],
      [{ SESSION_COOKIE_NAME: 'constructor' }, 'SESSION_COOKIE_NAME'],
      [{ NODE_ENV: 'prod' }, 'NODE_ENV'],
      [{ SESSION_NAMESPACE: '../x' }, 'SESSION_NAMESPACE'],
      [{ TRUST_PROXY_HOPS: 'true' }, 'TRUST_PROXY_HOPS'],
      [{ SESSION_IDLE_SECONDS: '0' }, 'SESSION_IDLE_SECONDS'],
      [{ SESSION_ABSOLUTE_SECONDS: '1e3' }, 'SESSION_ABSOLUTE_SECONDS'],
      [{ STORE_DEADLINE_MS: '-1' }, 'STORE_DEADLINE_MS'],
      [{ PUBLIC_ORIGIN: 'https://shop.example/path' }, 'PUBLIC_ORIGIN'],
      [{ ...PRODUCTION.env, PUBLIC_ORIGIN: '' }, 'PUBLIC_ORIGIN'],
      [{ ...PRODUCTION.env, DEBUG: 'express-session' }, 'DEBUG'],
      [{ ...PRODUCTION.env, DEBUG: '*' }, 'DEBUG'],
      [{ ...PRODUCTION.env, NODE_DEBUG: 'koa-session' }, 'NODE_DEBUG'],
    ])('a setting that cannot be used is one sentence and exit code 78: %j', async (env, name) => {
      const { exitCode, message } = await refusal(env);
      expect(exitCode).toBe(78);
      expect(message.split('\n')).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
    });

    it('#70 production does not start with what prints ids into the log', async () => {
      for (const flags of [{ DEBUG: '*' }, { DEBUG: 'express*' }, { NODE_DEBUG: 'koa-session' }]) {
        const { exitCode, message } = await refusal({ ...PRODUCTION.env, ...flags });
        expect([exitCode, message]).toEqual([78, expect.stringContaining('prints session ids')]);
      }
    });

    it('#14 production without a https origin does not start', async () => {
      for (const origin of ['', 'http://shop.example']) {
        const { exitCode } = await refusal({ ...PRODUCTION.env, PUBLIC_ORIGIN: origin });
        expect(exitCode).toBe(78);
      }
    });

    it('#65 a new secret in front re-signs the cookie, and the old one can go', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const old = await browser.cookieHeader();

      const both = await test.another({ SESSION_SECRET: `${NEXT_SECRET},${SECRET}` });
      const after = new Browser(both.url);
      await after.plant(old);
      const answer = await after.get('/profile');
      if (!target.shared) {
        // Its sessions went with the process; the old cookie is anonymous, not an error.
        expect([answer.status, answer.setCookies]).toEqual([401, []]);
        return;
      }
      expect(answer.status).toBe(200);
      const cookies = answer.setCookies.map(readSetCookie);
      expect(cookies.map(({ name }) => name)).toEqual(target.cookies.names('sid'));
      for (const { attributes } of cookies) {
        expect(attributes).toEqual(['httponly', 'path=/', 'samesite=lax']);
      }
      const renewed = await after.cookieHeader();
      expect(renewed).not.toBe(old);
      expect(idIn(renewed)).toBe(idIn(old));
      expect((await after.get('/profile')).setCookies).toEqual([]);

      const next = await test.another({ SESSION_SECRET: NEXT_SECRET });
      expect((await replay(next.url, renewed)).status).toBe(200);
      expect((await replay(next.url, old)).status).toBe(401);
      // A token that an open page still holds works as long as its secret does.
      const token = { 'x-csrf-token': browser.csrfToken ?? '', cookie: renewed };
      expect((await after.post('/cart', { item: 'x' }, token)).status).toBe(200);
    });

    it('#29 a logout ends the session also where only another instance can read its record', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const cookie = await browser.cookieHeader();
      const ahead = await test.another({ SESSION_SECRET: `${NEXT_SECRET},${SECRET}` });
      expect((await replay(ahead.url, cookie)).status).toBe(target.shared ? 200 : 401);
      // That request has sealed the record anew, with a secret that the first instance does not have.
      const { status } = await browser.post('/logout');
      expect(status).toBe(204);
      expect((await replay(ahead.url, cookie)).status).toBe(401);
    });

    it('#65 a cookie of a secret that was dropped is anonymous, not an error', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const next = await test.another({ SESSION_SECRET: NEXT_SECRET });
      expect((await replay(next.url, await browser.cookieHeader())).status).toBe(401);
    });
  });
}
