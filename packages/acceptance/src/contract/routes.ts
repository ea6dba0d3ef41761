import { describe, expect, it } from 'vitest';
import { ADA, Browser, GRACE, replay } from '../browser.ts';
import type { Target } from '../target.ts';
import { startBefore } from './under-test.ts';

export function routesSuite(target: Target): void {
  describe('routes', () => {
    const test = startBefore(target);

    it('an anonymous visitor gets a page with a login form', async () => {
      const { status, headers, text } = await new Browser(test.url).get('/');
      expect(status).toBe(200);
      expect(headers['content-type']).toMatch(/^text\/html/);
      expect(text).toContain('action="/login"');
    });

    it('a login answers the user and a token, the profile shows user and session', async () => {
      const browser = new Browser(test.url);
      const login = await browser.logIn();
      expect(login.status).toBe(200);
      expect(Object.keys(login.json).sort()).toEqual(['csrfToken', 'user']);
      expect(login.json.user).toEqual({
        id: expect.any(String),
        email: ADA.email,
        name: 'Ada Lovelace',
        roles: ['member'],
      });
      const profile = await browser.get('/profile');
      expect(profile.status).toBe(200);
      expect(profile.json.user).toEqual(login.json.user);
      const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(profile.json.session).toEqual({
        handle: expect.any(String),
        createdAt: iso,
        lastSeenAt: iso,
        idleExpiresAt: iso,
        absoluteExpiresAt: iso,
      });
    });

    it('the administrator has the role, the member has not', async () => {
      const browser = new Browser(test.url);
      expect((await browser.logIn(GRACE)).json.user?.roles).toEqual(['member', 'admin']);
    });

    it('a wrong password and an unknown address get the same 401', async () => {
      const browser = new Browser(test.url);
      const wrong = await browser.logIn({ ...ADA, password: 'wrong' });
      const unknown = await browser.logIn({ ...ADA, email: 'nobody@example.com' });
      expect(wrong.status).toBe(401);
      expect(unknown.text).toBe(wrong.text);
      expect(wrong.setCookies).toEqual([]);
    });

    it('protected routes ask an anonymous visitor to log in', async () => {
      const { status, headers, json } = await new Browser(test.url).get('/profile');
      expect(status).toBe(401);
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(json).toMatchObject({ status: 401, title: 'Unauthorized', code: 'login_required' });
    });

    it('the cart works before a login, and survives it', async () => {
      const browser = new Browser(test.url);
      expect((await browser.get('/cart')).json).toEqual({ items: [] });
      const added = await browser.post('/cart', { item: 'apple' });
      expect(added.status).toBe(200);
      expect(added.json).toEqual({ items: ['apple'], csrfToken: expect.any(String) });
      await browser.logIn();
      expect((await browser.get('/cart')).json.items).toEqual(['apple']);
    });

    it('a logout answers 204, for anonymous visitors too, and ends their cart', async () => {
      const browser = new Browser(test.url);
      expect((await browser.post('/logout')).status).toBe(204);
      await browser.post('/cart', { item: 'pear' });
      expect((await browser.post('/logout')).status).toBe(204);
      expect((await browser.get('/cart')).json.items).toEqual([]);
    });

    it('forms are answered with a way back to the page', async () => {
      const browser = new Browser(test.url);
      for (const [path, form] of [
        ['/login', ADA],
        ['/cart', { item: 'plum' }],
        ['/logout', {}],
      ] as const) {
        const { status, headers } = await browser.submit(path, form);
        expect([path, status, headers['location']]).toEqual([path, 303, '/']);
        browser.csrfToken = tokenIn((await browser.get('/')).text);
      }
    });

    it('a failed form answers with the reason and a fresh form', async () => {
      const browser = new Browser(test.url);
      const { status, headers, text } = await browser.submit('/login', { ...ADA, password: 'no' });
      expect(status).toBe(401);
      expect(headers['content-type']).toMatch(/^text\/html/);
      expect(text).toContain('E-mail address or password is wrong.');
      expect(text).toContain('action="/login"');
    });

    it('a browser whose session has ended is told so, one without a cookie is not', async () => {
      const browser = new Browser(test.url);
      expect((await browser.get('/')).text).not.toContain('no such session');
      await browser.logIn();
      const cookie = await browser.cookieHeader();
      expect((await browser.get('/')).text).not.toContain('no such session');
      await browser.post('/logout');
      const { status, text } = await replay(test.url, cookie, '/');
      expect(status).toBe(200);
      expect(text).toContain('there is no such session');
    });

    it('a browser that navigates gets errors as a page', async () => {
      const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
      const answer = await new Browser(test.url).get('/profile', { headers });
      expect(answer.status).toBe(401);
      expect(answer.headers['content-type']).toMatch(/^text\/html/);
    });

    it('liveness and readiness answer without a session', async () => {
      for (const path of ['/healthz', '/readyz']) {
        const { status, setCookies } = await new Browser(test.url).get(path);
        expect([status, setCookies]).toEqual([200, []]);
      }
    });

    it('what is not there is a 404', async () => {
      expect((await new Browser(test.url).get('/nothing')).json.code).toBe('not_found');
    });
  });
}

export function tokenIn(page: string): string | undefined {
  return /name="_csrf" value="([^"]+)"/.exec(page)?.[1];
}
