import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type App, startApp } from '../../test/koa-app.ts';
import { cartSchema, keysFrom, newSecret, unhandledDuring } from '../../test/support.ts';
import { Problem } from '../problem.ts';
import { recordSchema } from '../record.ts';
import { changeSession, csrfTokenOf, saveSession } from './log-in.ts';
import { route } from './routes.ts';

type Started = Awaited<ReturnType<typeof startApp>>;
const running: Started[] = [];
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined); // handlers that fail on purpose
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(running.splice(0).map((app) => app.close()));
});

async function start(options: Parameters<typeof startApp>[1] = {}): Promise<Started> {
  const app = await startApp(routes, options);
  running.push(app);
  return app;
}

let meanwhile: () => Promise<void> = async () => undefined;

function routes(app: App): void {
  route(app, '/add', {
    async post(ctx) {
      const { item } = ctx.request.body as { item: string };
      await meanwhile();
      await changeSession(ctx, (data) => {
        data.cart = [...(data.cart ?? []), item];
        if (item === 'refused') throw new Problem(422, 'refused', 'No.');
      });
      ctx.body = { items: ctx.session.cart };
    },
  });
  route(app, '/cart', {
    get(ctx) {
      ctx.body = { items: ctx.session.cart ?? null, csrfToken: csrfTokenOf(ctx) };
    },
  });
  route(app, '/replace', {
    async post(ctx) {
      ctx.session.cart = [...(ctx.session.cart ?? []), 'replaced'];
      await saveSession(ctx);
      ctx.body = { csrfToken: csrfTokenOf(ctx) };
    },
  });
  route(app, '/assign', {
    async post(ctx) {
      ctx.session = { ...ctx.session, cart: ['assigned'] };
      ctx.body = {};
    },
  });
  route(app, '/push-twice', {
    async post(ctx) {
      const { cart = [] } = ctx.session;
      cart.push('first');
      await saveSession(ctx);
      cart.push('second');
      await saveSession(ctx);
      ctx.body = {};
    },
  });
  route(app, '/save-and-push', {
    async post(ctx) {
      await saveSession(ctx);
      ctx.session.cart?.push('pushed');
      await saveSession(ctx);
      ctx.body = {};
    },
  });
  route(app, '/push-meanwhile', {
    async post(ctx) {
      ctx.session.cart?.push('first');
      const saving = saveSession(ctx);
      ctx.session.cart?.push('second');
      await saving;
      ctx.body = {};
    },
  });
  route(app, '/push-and-fail', {
    post(ctx) {
      ctx.session.cart?.push('by a request that failed');
      throw new Error('half-way');
    },
  });
  route(app, '/half-login', {
    async post(ctx) {
      Object.assign(ctx.session, { userId: 'mallory', authenticatedAt: 1 });
      await meanwhile();
      throw new Error('half-way');
    },
  });
  route(app, '/slow', {
    async post(ctx) {
      await meanwhile();
      ctx.session.cart = ['late'];
      ctx.body = {};
    },
  });
  route(app, '/implicit', {
    post(ctx) {
      const cart = ctx.session.cart ?? [];
      ctx.session.cart = [...cart, 'implicit'];
      ctx.body = {};
    },
  });
  route(app, '/save-twice', {
    async post(ctx) {
      ctx.session.cart = [...(ctx.session.cart ?? []), 'saved'];
      await saveSession(ctx);
      await saveSession(ctx);
      ctx.body = { csrfToken: csrfTokenOf(ctx) };
    },
  });
  route(app, '/koas-own-save', {
    async post(ctx) {
      await ctx.session.save();
      ctx.session.cart = ['by koa-session'];
      await ctx.session.save();
      await ctx.session.save();
      ctx.body = {};
    },
  });
}

/** A visitor with a stored cart of one item. */
async function withCart(app: Started) {
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

  it('the same where koa-session’s own save() is called', async () => {
    const visitor = await withCart(await start());
    expect((await visitor.post('/koas-own-save')).commands).toEqual(['read', 'replace']);
    expect((await visitor.get('/cart')).json['items']).toEqual(['by koa-session']);
  });

  it.each([{ rolling: true }, { renew: true }, { maxAge: 60_000 }])(
    'the same with %j, which has koa-session write each time',
    async (session) => {
      const app = await start({ session });
      const visitor = await withCart(app);
      for (let visit = 0; visit < 3; visit++) {
        expect((await visitor.get('/cart')).commands).toEqual(['read']);
      }
    },
  );
});

describe('the cookie', () => {
  it('is sent with a new session, and not again with each change', async () => {
    const app = await start();
    const visitor = app.visitor();
    expect((await visitor.post('/replace')).setCookies.length).toBe(2);
    for (const path of ['/replace', '/implicit', '/assign', '/push-twice']) {
      expect((await visitor.post(path)).setCookies, path).toEqual([]);
    }
  });
});

describe('a change', () => {
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
      const { commands } = await visitor.post('/push-meanwhile');
      expect(commands).toEqual(['read', 'replace', 'replace']);
      expect((await visitor.get('/cart')).json['items']).toEqual(['replaced', 'first', 'second']);
    },
  );

  it('is saved, also of a list that the schema itself has put in', async () => {
    const schema = recordSchema({ cart: z.array(z.string()).default([]) });
    const visitor = (await start({ schema })).visitor();
    await visitor.post('/save-and-push');
    expect((await visitor.get('/cart')).json['items']).toEqual(['pushed']);
  });

  it('is saved at the end of a request that does not save by itself, also the first', async () => {
    const app = await start();
    const visitor = app.visitor();
    const first = await visitor.post('/implicit');
    expect([first.commands, first.setCookies.length]).toEqual([['insert'], 2]);
    await visitor.get('/cart');
    expect((await visitor.post('/implicit')).commands).toEqual(['read', 'replace']);
    expect((await visitor.get('/cart')).json['items']).toEqual(['implicit', 'implicit']);
  });

  it('that cannot be saved at the end is no success: the answer has not gone out yet', async () => {
    const app = await start();
    const visitor = await withCart(app);
    app.store.before = (command) =>
      command === 'replace' ? Promise.reject(new Error('offline')) : undefined;
    const answer = await visitor.post('/implicit');
    expect([answer.status, answer.json['code']]).toEqual([503, 'store_unavailable']);
  });

  it('by assignment keeps the session', async () => {
    const visitor = await withCart(await start());
    expect((await visitor.post('/assign')).commands).toEqual(['read', 'replace']);
    expect((await visitor.get('/cart')).json['items']).toEqual(['assigned']);
  });

  it('of a request that failed is dropped; its user was there all the same', async () => {
    const app = await start();
    const visitor = await withCart(app);
    app.clock.advance(50_000); // a touch is due, and must not carry the change along
    const failed = await visitor.post('/push-and-fail');
    expect([failed.status, failed.commands]).toEqual([500, ['read']]);
    const wrong = await visitor.get('/nothing');
    expect([wrong.status, wrong.commands]).toEqual([404, ['read', 'replace']]);
    expect((await visitor.get('/cart')).json['items']).toEqual(['replaced']);
  });
});

describe('the page of a request that failed', () => {
  const submit = async (app: Started, path: string, visitor: { cookie: string; token: string }) => {
    const body = new URLSearchParams({ _csrf: visitor.token });
    const { cookie } = visitor;
    const answer = await fetch(app.url + path, { method: 'POST', body, headers: { cookie } });
    return answer.text();
  };

  it('is of the session as it is, not as that request has left it', async () => {
    const app = await start();
    const visitor = await withCart(app);
    expect(await submit(app, '/half-login', visitor)).toBe('internal for nobody');
  });

  it('says so when the session was ended meanwhile', async () => {
    const app = await start();
    const visitor = await withCart(app);
    const [, id = ''] = /^sid=([^;]+)/.exec(visitor.cookie) ?? [];
    meanwhile = () => app.sessionStore.hardened.destroy(id);
    expect(await submit(app, '/slow', visitor)).toBe('session_ended for nobody, lost');
    expect(app.store.memory.size).toBe(0);
  });

  it('does not say so when nobody could look', async () => {
    const app = await start();
    const visitor = await withCart(app);
    app.store.before = () => Promise.reject(new Error('offline'));
    expect(await submit(app, '/slow', visitor)).toBe('store_unavailable for nobody');
  });
});

describe('a session in use', () => {
  it('does not end before its absolute limit', async () => {
    const app = await start();
    const visitor = await withCart(app);
    for (let visit = 1; visit < 20; visit++) {
      app.clock.advance(50_000); // half of the idle time; the absolute limit is ten times it
      expect((await visitor.get('/cart')).json['items'], `visit ${visit}`).toEqual(['replaced']);
    }
    app.clock.advance(50_000);
    expect((await visitor.get('/cart')).json['items']).toBeNull();
  });

  it('is sealed and its cookies signed anew by the first request after a new secret', async () => {
    const [older, newer] = [newSecret(), newSecret()];
    const before = await start({ keys: keysFrom(older) });
    const visitor = await withCart(before);
    const { memory } = before.store;
    const after = await start({ keys: keysFrom(newer, older), store: memory, clock: before.clock });
    const moved = after.visitor();
    moved.cookie = visitor.cookie;
    const first = await moved.get('/cart');
    expect(first.json['items']).toEqual(['replaced']);
    expect(first.setCookies.map((line) => line.replace(/=[^;]+/, ''))).toEqual([
      'sid; path=/; samesite=lax; httponly',
      'sid.sig; path=/; samesite=lax; httponly',
    ]);
    expect((await moved.get('/cart')).setCookies).toEqual([]);
    const last = await start({ keys: keysFrom(newer), store: memory, clock: before.clock });
    const late = last.visitor();
    late.cookie = moved.cookie;
    expect((await late.get('/cart')).json['items']).toEqual(['replaced']);
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

  it('is a 503 for whoever has a session, and a page for who has none', async () => {
    const app = await start();
    const visitor = await withCart(app);
    app.store.before = () => Promise.reject(new Error('offline'));
    expect((await visitor.get('/cart')).status).toBe(503);
    expect((await app.visitor().get('/cart')).status).toBe(200);
  });
});

describe('koa-session', () => {
  it('with autoCommit, which saves what a failed request did, is refused', async () => {
    const app = await start({ session: { autoCommit: true } });
    const answer = await app.visitor().get('/cart');
    expect(answer.status).toBe(500);
    expect(console.error).toHaveBeenCalledWith(expect.stringContaining('autoCommit: false'));
  });
});
