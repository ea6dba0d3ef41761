import { describe, expect, it } from 'vitest';
import { ADA, Browser } from '../browser.ts';
import type { Target } from '../target.ts';
import { startBefore } from './under-test.ts';

export function inputSuite(target: Target): void {
  describe('input', () => {
    const test = startBefore(target);

    it('#56 input never chooses a key of the session', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const { session } = (await browser.get('/profile')).json;
      for (const key of ['cookie', 'save', 'touch', 'id', 'userId', 'handle', 'maxAge', 'req']) {
        const answer = await browser.post('/cart', { item: 'x', [key]: 'user-2' });
        expect([key, answer.status]).toEqual([key, 422]);
      }
      for (const body of ['{"item":"x","__proto__":{"a":1}}', '{"constructor":1,"item":"x"}']) {
        const headers = { 'content-type': 'application/json' };
        expect((await browser.send('POST', '/cart', { body, headers })).status).toBe(422);
      }
      expect((await browser.get('/profile')).json).toMatchObject({
        user: { email: ADA.email },
        session: { handle: session?.handle },
      });
      expect((await browser.get('/cart')).json.items).toEqual([]);
    });

    it('what is well-formed but not valid is a 422 that repeats nothing', async () => {
      const browser = new Browser(test.url);
      const bodies = [{}, { item: '' }, { item: 5 }, { item: 'x'.repeat(201) }, { item: ['<x>'] }];
      for (const body of [...bodies, [], { item: 'x', '<b>': 1 }]) {
        const answer = await browser.post('/cart', body);
        expect([body, answer.status]).toEqual([body, 422]);
        expect(answer.text).not.toContain('<');
        expect(answer.setCookies).toEqual([]);
      }
      expect((await browser.post('/login', { ...ADA, admin: true })).status).toBe(422);
      expect((await browser.post('/login', { email: 'x', password: 'y' })).status).toBe(422);
    });

    it('a cart holds 100 items', async () => {
      const browser = new Browser(test.url);
      for (let count = 1; count <= 100; count++) {
        expect((await browser.post('/cart', { item: `${count}` })).status).toBe(200);
      }
      expect((await browser.post('/cart', { item: '101' })).status).toBe(422);
      expect((await browser.get('/cart')).json.items?.length).toBe(100);
    }, 30_000);

    it('the page shows what was put in, and runs none of it', async () => {
      const browser = new Browser(test.url);
      await browser.post('/cart', { item: `<script>alert("1")</script>'` });
      const { text } = await browser.get('/');
      expect(text).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;');
    });

    it('#68 oversized and malformed input is cheap and makes nothing', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const before = test.app.events.length;
      const post = (body: string, headers = {}) =>
        browser.send('POST', '/cart', {
          body,
          headers: { 'content-type': 'application/json', ...headers },
        });
      const cookie = `x=${'y'.repeat(20_000)}`;
      const answers: [number, Awaited<ReturnType<typeof post>>][] = [
        [431, await browser.get('/profile', { headers: { cookie } })],
        [413, await post(JSON.stringify({ item: 'x'.repeat(1_000_000) }))],
        [413, await browser.post('/login', { ...ADA, password: 'x'.repeat(1_000_000) })],
        [400, await post('{"item":')],
        [400, await post('"text"')],
        [415, await post('{}', { 'content-type': 'application/json; charset=iso-8859-1' })],
        [415, await post('{}', { 'content-encoding': 'nothing' })],
        [400, await post('no gzip', { 'content-encoding': 'gzip' })],
      ];
      for (const [status, answer] of answers) {
        expect(answer.status).toBe(status);
        expect(answer.text).not.toMatch(/node_modules|\bat .*:\d+:\d+|Error:/);
        expect(answer.setCookies).toEqual([]);
      }
      expect(test.app.events.slice(before)).toEqual([]);
      expect((await browser.get('/cart')).json.items).toEqual([]);
    });
  });
}
