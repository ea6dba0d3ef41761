import { describe, expect, it } from 'vitest';
import { ADA, Browser, GRACE } from '../browser.ts';
import type { Target } from '../target.ts';
import { tokenIn } from './routes.ts';
import { startBefore } from './under-test.ts';

export function crossSiteSuite(target: Target): void {
  describe('requests from elsewhere', () => {
    const test = startBefore(target);
    const loggedIn = async (account = ADA) => {
      const browser = new Browser(test.url);
      await browser.logIn(account);
      return browser;
    };

    it('#43 a change needs the token, in a header or a form field', async () => {
      const browser = await loggedIn();
      const token = browser.csrfToken ?? '';
      const item = { item: 'x' };
      const refused = [
        await browser.post('/cart', item, { 'x-csrf-token': null }),
        await browser.post('/cart', item, { 'x-csrf-token': '' }),
        await browser.post('/cart', item, { 'x-csrf-token': `${token.slice(0, -2)}AA` }),
        await browser.post(`/cart?_csrf=${token}`, item, { 'x-csrf-token': null }),
        await browser.post('/cart', { ...item, _csrf: [token] }, { 'x-csrf-token': null }),
        await browser.post('/cart', item, {
          'x-csrf-token': null,
          cookie: `${await browser.cookieHeader()}; _csrf=${token}; x-csrf-token=${token}`,
        }),
      ];
      expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
      expect((await browser.get('/cart')).json.items).toEqual([]);
      expect((await browser.post('/cart', item)).status).toBe(200);
      expect((await browser.submit('/cart', item)).status).toBe(303);
      expect((await browser.get('/cart')).json.items).toEqual(['x', 'x']);
    });

    it('#43 the page has the token in its forms', async () => {
      const browser = await loggedIn();
      expect(tokenIn((await browser.get('/')).text)).toBe(browser.csrfToken);
    });

    it('#44 a token works for its own session only, and dies with it', async () => {
      const [ada, grace] = [await loggedIn(ADA), await loggedIn(GRACE)];
      const foreign = { 'x-csrf-token': grace.csrfToken ?? '' };
      expect((await ada.post('/cart', { item: 'x' }, foreign)).status).toBe(403);

      const old = { 'x-csrf-token': ada.csrfToken ?? '' };
      await ada.post('/logout');
      await ada.logIn();
      expect((await ada.post('/cart', { item: 'x' }, old)).status).toBe(403);
    });

    it('#45 another site cannot log a browser in', async () => {
      for (const headers of [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'https://evil.example' },
      ]) {
        const answer = await new Browser(test.url).post('/login', ADA, headers);
        expect([answer.status, answer.setCookies]).toEqual([403, []]);
      }
    });

    it('#45 a login over a session needs the token of that session', async () => {
      const browser = await loggedIn(ADA);
      expect((await browser.post('/login', GRACE, { 'x-csrf-token': null })).status).toBe(403);
      expect((await browser.get('/profile')).json.user?.email).toBe(ADA.email);
    });

    it('#46 where a request comes from decides before anything else', async () => {
      const own = test.url;
      const { port } = new URL(own);
      const evil = 'https://evil.example';
      const rows: [site: string | null, origin: string | null, status: number][] = [
        ['same-origin', null, 200],
        ['same-origin', own, 200],
        ['none', null, 200],
        ['cross-site', own, 403],
        ['same-site', own, 403],
        ['something-new', own, 403],
        [null, own, 200],
        [null, `http://localhost:${port}`, 200],
        [null, `http://[::1]:${port}`, 200],
        [null, null, 200],
        [null, 'null', 403],
        [null, evil, 403],
        [null, `${own}.evil.example`, 403],
        [null, `https://127.0.0.1:${port}`, 403],
        [null, 'http://127.0.0.1:1', 403],
        [null, `http://127.0.0.1.evil.example:${port}`, 403],
      ];
      const browser = await loggedIn();
      for (const [site, origin, status] of rows) {
        const answer = await browser.post(
          '/cart',
          { item: 'x' },
          {
            'sec-fetch-site': site,
            origin,
            host: 'evil.example',
            'x-forwarded-host': 'evil.example',
          },
        );
        expect([site, origin, answer.status]).toEqual([site, origin, status]);
      }
      const read = { 'sec-fetch-site': 'cross-site', origin: evil };
      expect((await browser.get('/profile', { headers: read })).status).toBe(200);
    });

    it('#47 safe methods change nothing, and other methods are named', async () => {
      const browser = await loggedIn();
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        for (const path of ['/login', '/logout']) {
          const { status, headers } = await browser.send(method, path);
          expect([method, path, status, headers['allow']]).toEqual([method, path, 405, 'POST']);
        }
      }
      expect((await browser.send('HEAD', '/profile')).status).toBe(200);
      expect((await browser.send('DELETE', '/cart')).headers['allow']).toBe('GET, HEAD, POST');
      expect((await browser.get('/profile')).status).toBe(200);
      expect((await browser.get('/cart')).json.items).toEqual([]);
    });

    it('#47 only JSON and plain forms are read', async () => {
      const browser = await loggedIn();
      for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/xml']) {
        const answer = await browser.send('POST', '/cart', {
          body: '{"item":"x"}',
          headers: { 'content-type': type },
        });
        expect([type, answer.status]).toEqual([type, 415]);
      }
      expect((await browser.get('/cart')).json.items).toEqual([]);
    });

    it('#48 no other origin may read an answer', async () => {
      const browser = await loggedIn();
      for (const origin of ['https://evil.example', 'null']) {
        for (const method of ['GET', 'OPTIONS']) {
          const headers = { origin, 'access-control-request-method': 'POST' };
          const answer = await browser.send(method, '/profile', { headers });
          const names = Object.keys(answer.headers).filter((name) => name.startsWith('access-'));
          expect(names).toEqual([]);
        }
      }
    });

    it('#49 no answer is kept by a cache', async () => {
      const browser = new Browser(test.url);
      const answers = [
        await browser.get('/'),
        await browser.get('/profile'),
        await browser.post('/cart', { item: 'x' }),
        await browser.logIn(),
        await browser.get('/profile'),
        await browser.get('/profile', { headers: { 'if-none-match': '*' } }),
        await browser.submit('/cart', { item: 'y' }),
        await browser.post('/cart', { item: 'y' }, { 'x-csrf-token': null }),
        await browser.get('/nothing'),
        await browser.post('/logout'),
      ];
      expect(answers.map(({ status }) => status)).toEqual([
        200, 401, 200, 200, 200, 200, 303, 403, 404, 204,
      ]);
      for (const { headers } of answers) {
        expect([headers['cache-control'], headers['etag']]).toEqual(['no-store', undefined]);
      }
    });

    it('the page can be framed by nobody and runs no script', async () => {
      const { headers } = await new Browser(test.url).get('/');
      expect(headers['content-security-policy']).toMatch(
        /default-src 'none'.*frame-ancestors 'none'/,
      );
      expect(headers['x-content-type-options']).toBe('nosniff');
    });
  });
}
