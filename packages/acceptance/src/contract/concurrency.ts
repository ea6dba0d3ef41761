import {
  cookiePolicy,
  HardenedStore,
  listen,
  type OpenedStore,
  type Running,
  readConfig,
} from 'security-helpers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gate } from '../attack/slow-line.ts';
import { Browser, idIn } from '../browser.ts';
import { storeOptions } from '../mini-app/store-options.ts';
import { SECRET, type Target } from '../target.ts';
import { startBefore } from './under-test.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `item ${index}`);

/** Several tabs, a double click, a page with many requests: what they do must add up. */
export function concurrencySuite(target: Target): void {
  describe('requests at the same time', () => {
    const test = startBefore(target);

    /** Tabs of one browser that has a session, on two instances where these share sessions. */
    const tabs = async (count: number) => {
      const browser = new Browser(test.url);
      await browser.post('/cart', { item: 'first' });
      const there = target.shared ? (await test.another()).url : test.url;
      const each = Array.from({ length: count }, (_, index) => {
        const tab = new Browser(index % 2 === 0 ? test.url : there, { jar: browser.jar });
        tab.csrfToken = browser.csrfToken;
        return tab;
      });
      return { browser, each };
    };
    const putAtOnce = (each: Browser[]) => {
      const items = numbered(each.length);
      return Promise.all(
        each.map(async (tab, index) => {
          const { status } = await tab.post('/cart', { item: items[index] });
          return { item: items[index] ?? '', status };
        }),
      );
    };

    it('#71 all that was put into the cart at once is in it', async () => {
      const { browser, each } = await tabs(12);
      const answers = await putAtOnce(each);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      const { items = [] } = (await browser.get('/cart')).json;
      expect(items[0]).toBe('first');
      expect(items.slice(1).sort()).toEqual(numbered(12).sort());
    });

    it('#71 of very many at once, nobody is told "it is in the cart" who is not', async () => {
      const { browser, each } = await tabs(60);
      const answers = await putAtOnce(each);
      for (const { status } of answers) expect([200, 409]).toContain(status);
      const acknowledged = answers.filter(({ status }) => status === 200).map(({ item }) => item);
      expect(acknowledged.length).toBeGreaterThanOrEqual(20);
      const { items = [] } = (await browser.get('/cart')).json;
      expect(items.slice(1).sort()).toEqual(acknowledged.sort());
    });

    it('#71 a limit that each looks at before it adds something is not passed', async () => {
      const { browser, each } = await tabs(12);
      for (let filled = 1; filled < 94; filled++) await browser.post('/cart', { item: 'x' });
      const statuses = (await putAtOnce(each)).map(({ status }) => status);
      expect(statuses.sort()).toEqual([...Array(6).fill(200), ...Array(6).fill(422)]);
      expect((await browser.get('/cart')).json.items).toHaveLength(100);
    });

    // Without a cookie, nothing says that two requests come from one browser.
    it('first requests that each write make a session each; all but one end unused', async () => {
      const browsers = numbered(3).map(() => new Browser(test.url));
      const answers = await Promise.all(
        browsers.map((browser, index) => browser.post('/cart', { item: numbered(3)[index] })),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      const ids = await Promise.all(browsers.map(async (each) => idIn(await each.cookieHeader())));
      expect(new Set(ids).size).toBe(3);
      const [kept = new Browser(test.url), ...dropped] = browsers;
      for (let visit = 0; visit < 2; visit++) {
        test.clock.advance(20 * 60_000);
        expect((await kept.get('/cart')).json.items).toEqual(['item 0']);
      }
      for (const each of dropped) expect((await each.get('/cart')).json.items).toEqual([]);
    });

    it('a second login with an id that the first has ended opens nothing of it', async () => {
      const browser = new Browser(test.url);
      await browser.post('/cart', { item: 'apple' });
      const before = await browser.cookieHeader();
      await browser.logIn();
      const late = new Browser(test.url);
      await late.plant(before);
      expect((await late.logIn()).status).toBe(200);
      expect((await late.get('/cart')).json.items).toEqual([]);
      expect((await browser.get('/cart')).json.items).toEqual(['apple']);
    });

    it('#23 first requests that only read make none', async () => {
      const paths = ['/', '/cart', '/profile', '/sessions', '/nothing'];
      const answers = await Promise.all(paths.map((path) => new Browser(test.url).get(path)));
      expect(answers.flatMap(({ setCookies }) => setCookies)).toEqual([]);
    });

    describe.each(target.miniApps)('of an app $title', ({ create }) => {
      const gate = new Gate();
      let opened: OpenedStore;
      let hardened: HardenedStore;
      let running: Running;

      beforeAll(async () => {
        const env = { ...test.backend.env, SESSION_SECRET: SECRET };
        const config = readConfig(env, { name: target.name, port: 0 });
        opened = await target.openStore(env, config, test.clock);
        const cookie = cookiePolicy({ name: 'sid', production: false });
        const audit = () => undefined;
        const pause = () => gate.pass();
        const parts = { store: opened.store, cookie, config, clock: test.clock, audit, pause };
        hardened = new HardenedStore({ ...storeOptions(parts), keys: config.keys.seal });
        running = await listen(create(parts), { port: 0, host: '127.0.0.1' });
      });
      afterAll(async () => {
        await running?.close();
        await opened?.close();
      });

      /** A request that has loaded the session waits while another one changes it. */
      const slowAgainst = async (path: string) => {
        const browser = new Browser(running.url);
        await browser.logIn();
        const held = gate.hold();
        const slow = browser.post('/slow');
        await held.arrived;
        const quick = await browser.post(path);
        held.release();
        const stored = await slow.then(async () =>
          hardened.load(idIn(await browser.cookieHeader())),
        );
        return { slow: await slow, quick, fields: stored?.fields };
      };

      it('#71 of two values for one key the first stays, and the second is told', async () => {
        const { slow, quick, fields } = await slowAgainst('/quick');
        expect([quick.status, slow.status]).toEqual([200, 409]);
        expect(slow.json.code).toBe('session_changed');
        expect(fields?.['cart']).toEqual(['written early']);
      });

      it('#71 changes of two keys are both kept', async () => {
        const { slow, quick, fields } = await slowAgainst('/first-step');
        expect([quick.status, slow.status]).toEqual([200, 200]);
        expect(fields).toMatchObject({ cart: ['written late'], pendingUserId: 'user-1' });
        expect(fields?.userId).toBe('user-1');
      });
    });
  });
}
