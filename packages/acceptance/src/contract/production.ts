import { describe, expect, it } from 'vitest';
import { ADA, Browser, readSetCookie, replay } from '../browser.ts';
import { PRODUCTION, type Target } from '../target.ts';
import { startBefore } from './under-test.ts';

export function productionSuite(target: Target): void {
  describe('in production, behind one proxy', () => {
    const test = startBefore(target, PRODUCTION.env);
    const names = target.cookies.names('__Host-sid');
    const browser = () =>
      new Browser(test.url, { seenAs: PRODUCTION.origin, headers: PRODUCTION.headers });

    it('#13 #14 #15 #16 the cookie is __Host-, Secure, HttpOnly and SameSite=Lax', async () => {
      const visitor = browser();
      const { status, setCookies } = await visitor.logIn();
      expect(status).toBe(200);
      const cookies = setCookies.map(readSetCookie);
      expect(cookies.map(({ name }) => name)).toEqual(names);
      for (const { attributes } of cookies) {
        expect(attributes).toEqual(['httponly', 'path=/', 'samesite=lax', 'secure']);
      }
      expect((await visitor.get('/profile')).status).toBe(200);
    });

    it('#18 a browser that checks prefixes lets the cookie be cleared', async () => {
      const visitor = browser();
      await visitor.logIn();
      expect((await visitor.jar.getCookies(PRODUCTION.origin)).length).toBe(names.length);
      const cleared = (await visitor.post('/logout')).setCookies.map(readSetCookie);
      expect(cleared.map(({ name }) => name)).toEqual(names);
      for (const { value, attributes } of cleared) {
        expect([value, attributes]).toEqual(['', expect.arrayContaining(['secure', 'path=/'])]);
      }
      expect(await visitor.jar.getCookies(PRODUCTION.origin)).toEqual([]);
    });

    it('#14 plain http gets no session: a redirect for safe methods, else a refusal', async () => {
      const plain = new Browser(test.url);
      const before = test.app.events.length;
      const page = await plain.get('/cart?x=1');
      expect(page.status).toBe(308);
      expect(page.headers['location']).toBe(`${PRODUCTION.origin}/cart?x=1`);
      const elsewhere = await plain.get('//evil.example/x');
      expect(elsewhere.headers['location']).toMatch(new RegExp(`^${PRODUCTION.origin}/`));
      const login = await plain.logIn();
      expect(login.status).toBe(403);
      expect([...page.setCookies, ...login.setCookies]).toEqual([]);
      expect(test.app.events.slice(before)).toEqual([]);
      for (const path of ['/healthz', '/readyz']) expect((await plain.get(path)).status).toBe(200);
    });

    it('#22 an unprefixed or differently written name is ignored', async () => {
      const visitor = browser();
      await visitor.logIn();
      const ours = await visitor.cookieHeader();
      for (const name of ['sid', '__host-sid', '__HOST-sid', '__Host-SID', '__Secure-sid']) {
        const cookie = ours.replaceAll('__Host-sid', name);
        const answer = await visitor.get('/profile', { headers: { cookie } });
        expect([name, answer.status]).toEqual([name, 401]);
      }
    });

    it('#67 what a client writes into X-Forwarded-* is not believed', async () => {
      // The proxy appends: the right-most entry is its own, the rest came with the request.
      const spoofed = { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' };
      await browser().post('/login', { ...ADA, password: 'wrong' }, spoofed);
      expect(test.app.events.at(-1)).toMatchObject({
        event: 'login_failed',
        client: '203.0.113.7',
      });

      const downgraded = { 'x-forwarded-proto': 'https, http' };
      const login = await browser().post('/login', ADA, downgraded);
      expect([login.status, login.setCookies]).toEqual([403, []]);

      const host = { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' };
      expect((await browser().post('/login', ADA, host)).status).toBe(403);
    });

    it('#67 without a configured proxy no X-Forwarded header counts', async () => {
      const direct = await test.another({ TRUST_PROXY_HOPS: '0' });
      const login = await new Browser(direct.url, { headers: PRODUCTION.headers }).logIn();
      expect([login.status, login.setCookies]).toEqual([403, []]);
      const development = await test.another({ NODE_ENV: '', TRUST_PROXY_HOPS: '0' });
      const visitor = new Browser(development.url, { headers: PRODUCTION.headers });
      await visitor.logIn({ ...ADA, password: 'wrong' });
      expect(development.events.at(-1)?.client).toBe('127.0.0.1');
    });

    it('answers over TLS ask browsers to stay with it', async () => {
      const { headers } = await browser().get('/');
      expect(headers['strict-transport-security']).toMatch(/max-age=\d{8}/);
    });

    it('a cookie from development is worthless here', async () => {
      const development = await test.another({ NODE_ENV: '' });
      const visitor = new Browser(development.url);
      await visitor.logIn();
      expect((await replay(test.url, await visitor.cookieHeader())).status).not.toBe(200);
    });
  });
}
