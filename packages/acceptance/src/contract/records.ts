import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Config,
  cookiePolicy,
  type Envelope,
  HardenedStore,
  ManualClock,
  newFields,
  newSessionId,
  type RecordStore,
  readConfig,
  recordSchema,
  SessionTooLargeError,
  seal,
  storeKey,
} from 'security-helpers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { Browser, idIn, readSetCookie, replay } from '../browser.ts';
import {
  type Backend,
  type LoggedEvent,
  NEXT_SECRET,
  OTHER_SECRET,
  SECRET,
  type Target,
} from '../target.ts';

/** What is in the store, seen from its side, and what the application makes of it. */
export function recordsSuite(target: Target): void {
  describe('records', () => {
    const clock = new ManualClock();
    const events: LoggedEvent[] = [];
    const audit = (event: string, details = {}) => void events.push({ event, ...details });
    let backend: Backend;
    let config: Config;
    let opened: Awaited<ReturnType<Target['openStore']>>;
    let store: RecordStore;
    let hardened: HardenedStore;

    beforeAll(async () => {
      backend = await target.openBackend();
      const env = { ...backend.env, SESSION_SECRET: `${SECRET},${NEXT_SECRET}` };
      config = readConfig(env, { name: target.name, port: 0 });
      opened = await target.openStore(env, config, clock);
      store = opened.store;
      hardened = new HardenedStore({
        store,
        clock,
        audit,
        keys: config.keys.seal,
        lifetime: config.lifetime,
        limitPerUser: config.limitPerUser,
        budgetMs: 10_000,
        schema: recordSchema({
          cart: z.array(z.string()).optional(),
          pendingUserId: z.string().optional(),
        }),
      });
    }, 120_000);
    afterAll(async () => {
      await opened?.close();
      await backend?.close();
    });

    const loggedIn = (userId: string) => ({
      ...newFields(clock.now()),
      authenticatedAt: clock.now(),
      userId,
    });
    /** Seals any contents for this id, as somebody who has the keys could. */
    const sealed = (id: string, contents: unknown): Envelope => {
      const [key] = config.keys.seal;
      const text = typeof contents === 'string' ? contents : JSON.stringify(contents);
      return seal(text, storeKey(id), key);
    };

    it('#50 the store knows a hash of the id, never the id', async () => {
      const id = newSessionId();
      await hardened.insert(id, loggedIn('user-1'));
      const key = storeKey(id);
      expect(key).not.toContain(id.slice(0, 12));
      expect(await store.read(id)).toBeNull();
      const record = await store.read(key);
      expect(record).not.toBeNull();
      expect(record).not.toContain(id);
      // A key from a dump is no id.
      expect(await hardened.load(key)).toBeNull();
    });

    it('#51 records are sealed, each write anew', async () => {
      const id = newSessionId();
      const fields = { ...loggedIn('canary-user'), cart: ['canary-item'] };
      const inserted = await hardened.insert(id, fields);
      const first = inserted.envelope;
      const { envelope: second } = await hardened.update(inserted, fields);
      for (const record of [first, second, await store.read(storeKey(id))]) {
        expect(record).not.toMatch(/canary/);
        const decoded = record?.split('.').map((part) => Buffer.from(part, 'base64url').toString());
        expect(decoded?.join()).not.toMatch(/canary/);
      }
      const nonces = [first, second].map((record) => record.split('.')[2]);
      expect(nonces[0]).not.toBe(nonces[1]);
    });

    it('#52 a record under another session is worthless, and so is one with a bit flipped', async () => {
      const [member, admin] = [newSessionId(), newSessionId()];
      const a = (await hardened.insert(member, loggedIn('user-1'))).envelope;
      const b = (await hardened.insert(admin, loggedIn('user-2'))).envelope;
      await store.replace(storeKey(member), a, b, 60_000);
      await store.replace(storeKey(admin), b, a, 60_000);
      expect(await hardened.load(member)).toBeNull();
      expect(await hardened.load(admin)).toBeNull();

      const id = newSessionId();
      const { envelope } = await hardened.insert(id, loggedIn('user-1'));
      const middle = envelope.length - 30;
      const flipped = envelope[middle] === 'A' ? 'B' : 'A';
      const forged = envelope.slice(0, middle) + flipped + envelope.slice(middle + 1);
      await store.replace(storeKey(id), envelope, forged, 60_000);
      expect(await hardened.load(id)).toBeNull();
    });

    it('#54 a broken record is "no session" once, and then it is gone', async () => {
      const valid = loggedIn('user-1');
      const id = newSessionId();
      const broken = [
        '',
        '{not json',
        '{}',
        'null',
        'v1.x.y',
        sealed(id, '{not json'),
        sealed(id, {}),
        sealed(id, null),
        sealed(id, []),
        sealed(id, { ...valid, handle: 5 }),
        sealed(id, { ...valid, userId: undefined }),
      ];
      for (const record of broken) {
        const name = record.slice(0, 20);
        await store.insert(storeKey(id), record || ' ', 60_000);
        const before = events.length;
        expect(await hardened.load(id), name).toBeNull();
        expect(await store.read(storeKey(id)), name).toBeNull();
        const logged = events.slice(before).map(({ event }) => event);
        expect(logged, name).toEqual(['record_rejected']);
      }
    });

    it('a record sealed by a secret we do not have is "no session", and left to who has it', async () => {
      const [id, env] = [newSessionId(), { SESSION_SECRET: OTHER_SECRET }];
      const [foreign] = readConfig(env, { name: target.name, port: 0 }).keys.seal;
      const record = seal(JSON.stringify(loggedIn('user-1')), storeKey(id), foreign);
      await store.insert(storeKey(id), record, 60_000);
      expect(await hardened.load(id)).toBeNull();
      expect(await store.read(storeKey(id))).toBe(record);
    });

    it('#53 a record names its key: an old one opens, the newest seals, a dropped one is no error', async () => {
      const [id, [newest, older]] = [newSessionId(), config.keys.seal];
      if (!older) throw new Error('this needs two secrets');
      const old = seal(JSON.stringify(loggedIn('user-1')), storeKey(id), older);
      expect(old.split('.')[1]).toBe(older.id);
      await store.insert(storeKey(id), old, 60_000);
      const loaded = await hardened.load(id);
      expect(loaded?.fields.userId).toBe('user-1');
      if (loaded) await hardened.touch(loaded); // the next request, however soon
      const anew = await store.read(storeKey(id));
      expect(anew?.split('.')[1]).toBe(newest.id);
      expect((await hardened.load(id))?.keyIndex).toBe(0);
    });

    it('#57 a session holds what is documented, and not without bounds', async () => {
      const id = newSessionId();
      const session = { ...loggedIn('user-1'), cart: ['small'] };
      const stored = await hardened.insert(id, session);
      const huge = { ...stored.fields, cart: Array.from({ length: 70 }, () => 'x'.repeat(1000)) };
      await expect(hardened.update(stored, huge)).rejects.toThrow(SessionTooLargeError);
      expect((await hardened.load(id))?.fields['cart']).toEqual(['small']); // as it was
      await expect(hardened.insert(newSessionId(), huge)).rejects.toThrow(SessionTooLargeError);
    });

    it('#55 keys that are not in the schema are dropped, `__proto__` among them', async () => {
      const fields = JSON.stringify(loggedIn('user-1')).slice(1, -1);
      for (const planted of [
        '"__proto__":{"isAdmin":true}',
        '"toJSON":1',
        '"save":1',
        '"role":1',
      ]) {
        const id = newSessionId();
        await store.insert(storeKey(id), sealed(id, `{${planted},${fields}}`), 60_000);
        const loaded = await hardened.load(id);
        expect(Object.keys(loaded?.fields ?? {}).sort(), planted).toEqual([
          'authenticatedAt',
          'createdAt',
          'handle',
          'lastSeenAt',
          'userId',
        ]);
        expect(loaded?.fields['isAdmin']).toBeUndefined();
      }
      expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    });

    it('#26 a record without plausible times has expired', async () => {
      const valid = loggedIn('user-1');
      const farFuture = Date.UTC(9999, 0);
      for (const times of [
        { createdAt: undefined },
        { createdAt: 'x' },
        { createdAt: farFuture },
        { lastSeenAt: undefined },
        { lastSeenAt: farFuture },
        { lastSeenAt: -1 },
        { authenticatedAt: farFuture },
        { authenticatedAt: '2020-01-01' },
        { authenticatedAt: undefined },
      ]) {
        const id = newSessionId();
        await store.insert(storeKey(id), sealed(id, { ...valid, ...times }), 60_000);
        expect(await hardened.load(id), JSON.stringify(times)).toBeNull();
      }
    });

    it('#27 a record leaves the store by itself when its time is up', async () => {
      const key = storeKey(newSessionId());
      expect(await store.insert(key, 'soon gone', 60)).toBe(true);
      expect(await store.read(key)).toBe('soon gone');
      clock.advance(60);
      await expect.poll(() => store.read(key), { timeout: 10_000, interval: 10 }).toBeNull();
    });

    it('a record is inserted once, and replaced only by who knows what it reads', async () => {
      const key = storeKey(newSessionId());
      expect(await store.replace(key, 'a', 'b', 60_000)).toBe(false);
      expect(await store.read(key)).toBeNull();
      expect(await store.insert(key, 'a', 60_000)).toBe(true);
      expect(await store.insert(key, 'b', 60_000)).toBe(false);
      expect(await store.read(key)).toBe('a');
      expect(await store.replace(key, 'b', 'd', 60_000)).toBe(false);
      expect(await store.replace(key, 'a', 'd', 60_000)).toBe(true);
      expect(await store.read(key)).toBe('d');
      expect(await store.remove(key)).toBe('d');
      expect(await store.remove(key)).toBeNull();
      expect(await store.read(key)).toBeNull();
    });

    it('pushing an expiry does not undo what a parallel request has saved', async () => {
      const id = newSessionId();
      const inserted = await hardened.insert(id, loggedIn('user-1'));
      const read = await hardened.load(id);
      clock.advance(10 * 60_000);
      const changed = { ...loggedIn('user-1'), cart: ['saved meanwhile'] } as never;
      await hardened.update(inserted, changed);
      if (read) await hardened.touch(read);
      expect((await hardened.load(id))?.fields['cart']).toEqual(['saved meanwhile']);
    });

    describe.each(target.miniApps)('of an app $title', ({ create }) => {
      let server: Server;
      let url: string;
      let arrived: () => void;
      let removable = true;
      let goOn: Promise<void>;

      beforeAll(async () => {
        const refusing: RecordStore = {
          read: (key) => store.read(key),
          insert: (...args) => store.insert(...args),
          replace: (...args) => store.replace(...args),
          keysOf: (...args) => store.keysOf(...args),
          remove: (key) => (removable ? store.remove(key) : Promise.reject(new Error('read-only'))),
        };
        const app = create({
          store: refusing,
          cookie: cookiePolicy({ name: 'sid', production: false }),
          config,
          clock,
          audit,
          pause() {
            arrived();
            return goOn;
          },
        });
        server = createServer(app);
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      });
      afterAll(() => new Promise((resolve) => server.close(resolve)));

      for (const path of ['/slow', '/slow-reader']) {
        it(`#32 a logout is final, whatever a request in flight does afterwards (${path})`, async () => {
          const browser = new Browser(url);
          await browser.logIn();
          const cookie = await browser.cookieHeader();
          let release: () => void = () => undefined;
          goOn = new Promise((resolve) => {
            release = resolve;
          });
          const waiting = new Promise<void>((resolve) => {
            arrived = resolve;
          });
          const slow = new Browser(url).post(path, undefined, { cookie });
          await waiting;
          expect((await browser.post('/logout')).status).toBe(200);
          release();
          const late = await slow;
          expect(late.setCookies).toEqual([]);
          if (path === '/slow') expect(late.status).toBe(401);
          expect((await replay(url, cookie)).status).toBe(401);
          expect(await store.read(storeKey(idIn(cookie)))).toBeNull();
        });
      }

      it('#57 after a login it holds no more than who, since when and where', async () => {
        const browser = new Browser(url);
        await browser.logIn();
        const stored = await hardened.load(idIn(await browser.cookieHeader()));
        expect(Object.keys(stored?.fields ?? {}).sort()).toEqual([
          'authenticatedAt',
          'authority',
          'client',
          'createdAt',
          'freshUntil',
          'handle',
          'lastSeenAt',
          'renewedAt',
          'userId',
        ]);
      });

      it('#10 half-way through a login nobody is logged in, and the second step gives a new id', async () => {
        const browser = new Browser(url);
        expect((await browser.post('/first-step')).status).toBe(200);
        const pending = await browser.cookieHeader();
        expect((await browser.get('/profile')).status).toBe(401);
        expect((await new Browser(url).post('/second-step')).status).toBe(401);
        expect((await browser.post('/second-step')).status).toBe(200);
        expect((await browser.get('/profile')).status).toBe(200);
        expect((await replay(url, pending)).status).toBe(401);
        const stored = await hardened.load(idIn(await browser.cookieHeader()));
        expect(stored?.fields).not.toHaveProperty('pendingUserId');
      });

      it('#17 what a record says of the cookie is nothing: its attributes are configured', async () => {
        const id = newSessionId();
        const cookie = { httpOnly: false, domain: 'evil.example', path: '/x', sameSite: 'none' };
        const planted = { ...cookie, originalMaxAge: 9e9, expires: '2099-01-01T00:00:00.000Z' };
        const contents = { ...loggedIn('user-1'), cookie: planted, _maxAge: 9e9, _expire: 9e15 };
        await store.insert(storeKey(id), sealed(id, contents), 60_000);
        // Signed by an older secret, so that the answer sets it anew.
        const sent = target.cookies.signed('sid', id, config.keys.cookie[1] ?? '');
        const { status, setCookies } = await replay(url, sent);
        expect(status).toBe(200);
        const set = setCookies.map(readSetCookie);
        expect(set.map(({ name }) => name)).toEqual(target.cookies.names('sid'));
        for (const { attributes } of set) {
          expect(attributes).toEqual(['httponly', 'path=/', 'samesite=lax']);
        }
      });

      it('#31 a logout that the store did not confirm is not answered as one', async () => {
        const browser = new Browser(url);
        await browser.logIn();
        removable = false;
        try {
          const { status, setCookies, headers } = await browser.post('/logout');
          expect([status, setCookies, headers['clear-site-data']]).toEqual([503, [], undefined]);
          expect((await browser.get('/profile')).status).toBe(200);
          // Nor does a login leave the old session alive behind it.
          expect((await browser.logIn()).status).toBe(503);
        } finally {
          removable = true;
        }
        expect((await browser.post('/logout')).status).toBe(200);
        expect((await browser.get('/profile')).status).toBe(401);
      });

      it('#11 a login that fails half-way leaves no logged-in session', async () => {
        vi.spyOn(console, 'error').mockImplementation(() => undefined); // it is reported there
        onTestFinished(() => void vi.restoreAllMocks());
        const fresh = await new Browser(url).post('/half-login');
        expect([fresh.status, fresh.setCookies]).toEqual([500, []]);

        const browser = new Browser(url);
        await browser.logIn();
        const cookie = await browser.cookieHeader();
        await browser.post('/logout');
        const again = await new Browser(url).post('/half-login', undefined, { cookie });
        expect([again.status, again.setCookies]).toEqual([500, []]);
        expect((await replay(url, cookie)).status).toBe(401);
      });
    });
  });
}
