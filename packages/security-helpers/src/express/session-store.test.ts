import { promisify } from 'node:util';
import type { Express } from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startApp } from '../../test/express-app.ts';
import { cartSchema, keysFrom, newSecret, unhandledDuring } from '../../test/support.ts';
import { Problem } from '../problem.ts';
import { recordSchema } from '../record.ts';
import { csrfTokenOf } from './log-in.ts';
import { changeSession, saveSession, storeOf } from './session-store.ts';

type App = Awaited<ReturnType<typeof startApp>>;
const running: App[] = [];
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined); // handlers that fail on purpose
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(running.splice(0).map((app) => app.close()));
});

async function start(options: Parameters<typeof startApp>[1] = {}): Promise<App> {
  const app = await startApp(routes, options);
  running.push(app);
  return app;
}

let meanwhile: () => Promise<void> = async () => undefined;

function routes(app: Express): void {
  app.post('/add', async (req, res) => {
    await meanwhile();
    await changeSession(req, (data) => {
      data.cart = [...(data.cart ?? []), req.body.item];
      if (req.body.item === 'refused') throw new Problem(422, 'refused', 'No.');
    });
    res.json({ items: req.session.cart });
  });
  app.post('/slow', async (req, res) => {
    await meanwhile();
    req.session.cart = ['late'];
    await saveSession(req);
    res.json({});
  });
  app.get('/cart', (req, res) => {
    res.json({ items: req.session.cart ?? null, csrfToken: csrfTokenOf(req) });
  });
  app.post('/replace', async (req, res) => {
    req.session.cart = [...(req.session.cart ?? []), 'replaced'];
    await saveSession(req);
    res.json({ csrfToken: csrfTokenOf(req) });
  });
  app.post('/push', async (req, res) => {
    req.session.cart?.push('pushed');
    await saveSession(req);
    res.json({});
  });
  app.post('/push-twice', async (req, res) => {
    const { cart = [] } = req.session;
    cart.push('first');
    await saveSession(req);
    cart.push('second');
    await saveSession(req);
    res.json({});
  });
  app.post('/save-and-push', async (req, res) => {
    await saveSession(req);
    req.session.cart?.push('pushed');
    await saveSession(req);
    res.json({});
  });
  app.post('/push-meanwhile', async (req, res) => {
    req.session.cart?.push('first');
    const saving = saveSession(req);
    req.session.cart?.push('second');
    await saving;
    res.json({});
  });
  app.post('/push-and-fail', (req) => {
    req.session.cart?.push('by a request that failed');
    throw new Error('half-way');
  });
  app.post('/implicit', (req, res) => {
    req.session.cart?.push('implicit');
    res.json({});
  });
  app.post('/save-twice', async (req, res) => {
    req.session.cart = [...(req.session.cart ?? []), 'saved'];
    await saveSession(req);
    await saveSession(req);
    res.json({ csrfToken: csrfTokenOf(req) });
  });
  app.post('/reload', async (req, res) => {
    req.session.cart = ['never saved'];
    await promisify<void>((done) => req.session.reload(done))();
    req.session.cart?.push('after the reload');
    await saveSession(req);
    res.json({ items: req.session.cart });
  });
  app.post('/regenerate', async (req, res) => {
    const before = storeOf(req).isStored(req.session);
    await promisify<void>((done) => req.session.regenerate(done))();
    res.json({ before, after: storeOf(req).isStored(req.session) });
  });
}

/** A visitor with a stored cart of one item. */
async function withCart(app: App) {
  const visitor = app.visitor();
  await visitor.post('/replace');
  return visitor;
}

describe('what a request costs', () => {
  it('nothing without a cookie, one command with one', async () => {
    const app = await start();
    expect((await app.visitor().get('/cart')).commands).toEqual([]);
    const visitor = await withCart(app);
    expect((await visitor.get('/cart')).commands).toEqual(['read']);
  });

  it('one insert for a new session, read and update for a change', async () => {
    const app = await start();
    const visitor = app.visitor();
    expect((await visitor.post('/replace')).commands).toEqual(['insert']);
    expect((await visitor.post('/replace')).commands).toEqual(['read', 'replace']);
  });

  it('one write for contents that are saved twice, and a third time at the end', async () => {
    const app = await start();
    const visitor = app.visitor();
    expect((await visitor.post('/save-twice')).commands).toEqual(['insert']);
    expect((await visitor.post('/save-twice')).commands).toEqual(['read', 'replace']);
  });

  it('one more write each tenth of the idle time', async () => {
    const app = await start();
    const visitor = await withCart(app);
    app.clock.advance(9_999);
    expect((await visitor.get('/cart')).commands).toEqual(['read']);
    app.clock.advance(1);
    expect((await visitor.get('/cart')).commands).toEqual(['read', 'replace']);
    expect((await visitor.get('/cart')).commands).toEqual(['read']);
  });

  it('no removal for a session that never was in the store', async () => {
    const app = await start();
    const fresh = await app.visitor().post('/regenerate');
    expect(fresh.json).toEqual({ before: false, after: false });
    expect(fresh.commands).toEqual(['insert']);
    const visitor = await withCart(app);
    const old = await visitor.post('/regenerate');
    expect(old.json).toEqual({ before: true, after: false });
    expect(old.commands).toEqual(['read', 'remove', 'insert']);
  });
});

describe('a change', () => {
  it('is saved, also when a list was changed in place', async () => {
    const visitor = await withCart(await start());
    expect((await visitor.post('/push')).commands).toEqual(['read', 'replace']);
    expect((await visitor.get('/cart')).json['items']).toEqual(['replaced', 'pushed']);
  });

  it('is saved again, when the same list is changed after a save', async () => {
    const visitor = await withCart(await start());
    await visitor.post('/push-twice');
    expect((await visitor.get('/cart')).json['items']).toEqual(['replaced', 'first', 'second']);
  });

  it.each([
    ['a copy', cartSchema],
    ['the very value', recordSchema({ cart: z.unknown() })],
  ])(
    'is saved, made while an earlier one is being saved (the schema gives %s)',
    async (_, schema) => {
      const visitor = await withCart(await start({ schema }));
      expect((await visitor.post('/push-meanwhile')).commands).toEqual([
        'read',
        'replace',
        'replace',
      ]);
      expect((await visitor.get('/cart')).json['items']).toEqual(['replaced', 'first', 'second']);
    },
  );

  it('is saved, also of a list that the schema itself has put in', async () => {
    const schema = recordSchema({ cart: z.array(z.string()).default([]) });
    const app = await start({ schema });
    const visitor = app.visitor();
    await visitor.post('/save-and-push');
    expect((await visitor.get('/cart')).json['items']).toEqual(['pushed']);
  });

  it('is saved, also where the schema lets a value through as it is', async () => {
    const visitor = await withCart(await start({ schema: recordSchema({ cart: z.unknown() }) }));
    await visitor.post('/push-twice');
    expect((await visitor.get('/cart')).json['items']).toEqual(['replaced', 'first', 'second']);
  });

  it('is saved at the end of a request that does not save by itself', async () => {
    const visitor = await withCart(await start());
    expect((await visitor.post('/implicit')).commands).toEqual(['read', 'replace']);
    expect((await visitor.get('/cart')).json['items']).toEqual(['replaced', 'implicit']);
  });

  it.each([{ resave: false }, { resave: true }])(
    'of a request that failed is dropped, in place or not (%o)',
    async (session) => {
      const app = await start({ session });
      const visitor = await withCart(app);
      app.clock.advance(50_000); // a touch is due, and must not carry the change along
      const failed = await visitor.post('/push-and-fail');
      expect([failed.status, failed.commands]).toEqual([500, ['read', 'replace']]);
      expect((await visitor.get('/cart')).json['items']).toEqual(['replaced']);
    },
  );

  it('is dropped by a reload, and one after it is saved', async () => {
    const visitor = await withCart(await start());
    const { json } = await visitor.post('/reload');
    expect(json['items']).toEqual(['replaced', 'after the reload']);
    expect((await visitor.get('/cart')).json['items']).toEqual(['replaced', 'after the reload']);
  });
});

describe('two requests that change one session at once', () => {
  /** The first waits until the second is through. */
  const both = async (
    first: [path: string, body: object],
    second: [path: string, body: object],
  ) => {
    const app = await start();
    const visitor = await withCart(app);
    const tab = app.visitor();
    Object.assign(tab, { cookie: visitor.cookie, token: visitor.token });
    const answers: Awaited<ReturnType<typeof tab.post>>[] = [];
    meanwhile = async () => {
      meanwhile = async () => undefined;
      answers.push(await tab.post(...second));
    };
    answers.unshift(await visitor.post(...first));
    const { items } = (await visitor.get('/cart')).json;
    return { statuses: answers.map(({ status }) => status), first: answers[0]?.json, items };
  };

  it('both add to a list', async () => {
    const added = await both(['/add', { item: 'first' }], ['/add', { item: 'second' }]);
    expect(added.statuses).toEqual([200, 200]);
    expect(added.items).toEqual(['replaced', 'second', 'first']);
    expect(added.first).toEqual({ items: added.items });
  });

  it('are not both told that it worked, when they write over the same', async () => {
    const written = await both(['/slow', {}], ['/add', { item: 'second' }]);
    expect(written.statuses).toEqual([409, 200]);
    expect(written.first).toMatchObject({ code: 'session_changed' });
    expect(written.items).toEqual(['replaced', 'second']);
  });

  it('one of which is refused: the other is saved, and the session goes on', async () => {
    const refused = await both(['/add', { item: 'refused' }], ['/add', { item: 'second' }]);
    expect(refused.statuses).toEqual([422, 200]);
    expect(refused.items).toEqual(['replaced', 'second']);
  });

  it('that neither has begun yet: a change begins one', async () => {
    const visitor = (await start()).visitor();
    const { commands, json } = await visitor.post('/add', { item: 'first' });
    expect([commands, json['items']]).toEqual([['insert'], ['first']]);
    expect((await visitor.get('/cart')).json['items']).toEqual(['first']);
  });
});

describe('a session in use', () => {
  it.each([{ resave: false }, { resave: true }])(
    'does not end before its absolute limit (%o)',
    async (session) => {
      const app = await start({ session });
      const visitor = await withCart(app);
      for (let visit = 1; visit < 20; visit++) {
        app.clock.advance(50_000); // half of the idle time; the absolute limit is ten times it
        expect((await visitor.get('/cart')).json['items'], `visit ${visit}`).toEqual(['replaced']);
      }
      app.clock.advance(50_000);
      expect((await visitor.get('/cart')).json['items']).toBeNull();
    },
  );

  it('is sealed and its cookie signed anew by the first request after a new secret', async () => {
    const [older, newer] = [newSecret(), newSecret()];
    const before = await start({ keys: keysFrom(older) });
    const visitor = await withCart(before);
    const { memory } = before.store;
    const after = await start({ keys: keysFrom(newer, older), store: memory, clock: before.clock });
    const moved = after.visitor();
    moved.cookie = visitor.cookie;
    const first = await moved.get('/cart');
    expect(first.json['items']).toEqual(['replaced']);
    expect(first.setCookies.length).toBe(1);
    expect((await moved.get('/cart')).setCookies).toEqual([]);
    const last = await start({ keys: keysFrom(newer), store: memory, clock: before.clock });
    const late = last.visitor();
    late.cookie = moved.cookie;
    expect((await late.get('/cart')).json['items']).toEqual(['replaced']);
  });
});

describe('a store out of reach', () => {
  it('does not spoil an answer when only the expiry could not be pushed', async () => {
    const app = await start();
    const visitor = await withCart(app);
    app.clock.advance(20_000);
    app.store.before = (command) =>
      command === 'replace' ? Promise.reject(new Error('offline')) : undefined;
    const unhandled = await unhandledDuring(async () => {
      const answer = await visitor.get('/cart');
      expect([answer.status, answer.json['items']]).toEqual([200, ['replaced']]);
    });
    expect(unhandled).toEqual([]);
    expect(app.events.at(-1)).toMatchObject({ event: 'store_failed' });
  });

  it('is a 503 without a cookie for whoever saves, and nothing of it is saved later', async () => {
    const app = await start();
    app.store.before = (command) =>
      command === 'insert' ? Promise.reject(new Error('offline')) : undefined;
    const answer = await app.visitor().post('/replace');
    expect([answer.status, answer.setCookies]).toEqual([503, []]);
    expect(answer.commands).toEqual(['insert', 'remove']);
    expect(app.store.memory.size).toBe(0);
  });
});
