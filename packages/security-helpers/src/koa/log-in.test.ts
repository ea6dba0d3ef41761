import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type App, startApp } from '../../test/koa-app.ts';
import { csrfTokenOf, describeSession, logIn, logOut, saveSession } from './log-in.ts';
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

async function start(): Promise<Started> {
  const app = await startApp(routes);
  running.push(app);
  return app;
}

const userIn = (body: unknown) => String((body as { user: unknown }).user);

function routes(app: App): void {
  route(app, '/cart', {
    async post(ctx) {
      ctx.session.cart = ['apple'];
      await saveSession(ctx);
      ctx.body = { csrfToken: csrfTokenOf(ctx) };
    },
  });
  route(app, '/login', {
    async post(ctx) {
      await logIn(ctx, { id: userIn(ctx.request.body), roles: [] }, { carryOver: ['cart'] });
      ctx.body = { csrfToken: csrfTokenOf(ctx) };
    },
  });
  route(app, '/login-and-more', {
    async post(ctx) {
      await logIn(ctx, { id: userIn(ctx.request.body), roles: [] });
      ctx.session.cart = ['welcome'];
      ctx.body = { csrfToken: csrfTokenOf(ctx) };
    },
  });
  route(app, '/login-and-fail', {
    async post(ctx) {
      await logIn(ctx, { id: userIn(ctx.request.body), roles: [] });
      throw new Error('after the login');
    },
  });
  route(app, '/login-in-any-case', {
    async post(ctx) {
      ctx.cookies.set('other', 'cookie');
      await logIn(ctx, { id: userIn(ctx.request.body), roles: [] }).catch(() => undefined);
      ctx.body = {};
    },
  });
  route(app, '/logout', {
    async post(ctx) {
      await logOut(ctx);
      ctx.body = {};
    },
  });
  route(app, '/null', {
    post(ctx) {
      ctx.session = null;
      ctx.body = {};
    },
  });
  route(app, '/logout-and-go-on', {
    async post(ctx) {
      await logOut(ctx);
      ctx.session = { cart: ['back'] };
      ctx.body = {};
    },
  });
  route(app, '/logout-and-save', {
    async post(ctx) {
      await logOut(ctx);
      await saveSession(ctx);
    },
  });
  route(app, '/me', {
    get(ctx) {
      ctx.body = { user: ctx.session.userId ?? null, cart: ctx.session.cart ?? null };
    },
  });
  route(app, '/session', {
    get(ctx) {
      ctx.body = describeSession(ctx);
    },
  });
}

const ada = { user: 'ada' };

describe('a login', () => {
  it('costs two commands when there was no session: the record, and whose it is', async () => {
    const app = await start();
    const visitor = app.visitor();
    const login = await visitor.post('/login', ada);
    expect([login.status, login.commands]).toEqual([200, ['insert', 'keysOf']]);
    expect((await visitor.get('/me')).commands).toEqual(['read']);
  });

  it('sets two cookies, once each, although koa-session begins with clearing the old one', async () => {
    const app = await start();
    const visitor = app.visitor();
    await visitor.post('/cart');
    const { setCookies } = await visitor.post('/login', ada);
    const names = setCookies.map((line) => line.split('=')[0]);
    expect(names).toEqual(['sid', 'sid.sig']);
    for (const line of setCookies)
      expect(line).toMatch(/=[\w-]{43}; path=\/; samesite=lax; httponly$/);
  });

  it('costs four over an anonymous session, and the old record goes first', async () => {
    const app = await start();
    const visitor = app.visitor();
    await visitor.post('/cart');
    const before = visitor.cookie;
    expect((await visitor.post('/login', ada)).commands).toEqual([
      'read',
      'remove',
      'insert',
      'keysOf',
    ]);
    expect(app.store.memory.size).toBe(1);
    expect((await visitor.get('/me')).json).toEqual({ user: 'ada', cart: ['apple'] });
    expect(visitor.cookie).not.toBe(before);
    const planted = app.visitor();
    planted.cookie = before;
    expect((await planted.get('/me')).json).toEqual({ user: null, cart: null });
  });

  it('carries over the same user’s cart, and not that of another', async () => {
    const app = await start();
    const visitor = app.visitor();
    await visitor.post('/login', ada);
    await visitor.post('/cart');
    await visitor.post('/login', ada);
    expect((await visitor.get('/me')).json).toEqual({ user: 'ada', cart: ['apple'] });
    await visitor.post('/login', { user: 'grace' });
    expect((await visitor.get('/me')).json).toEqual({ user: 'grace', cart: null });
  });

  it('is followed by what the handler changes after it', async () => {
    const app = await start();
    const visitor = app.visitor();
    const { commands, setCookies } = await visitor.post('/login-and-more', ada);
    expect([commands, setCookies.length]).toEqual([['insert', 'keysOf', 'replace'], 2]);
    expect((await visitor.get('/me')).json).toEqual({ user: 'ada', cart: ['welcome'] });
  });

  it('that cannot end the old session logs nobody in', async () => {
    const app = await start();
    const visitor = app.visitor();
    await visitor.post('/cart');
    app.store.before = (command) =>
      command === 'remove' ? Promise.reject(new Error('offline')) : undefined;
    const login = await visitor.post('/login', ada);
    expect([login.status, login.setCookies]).toEqual([503, []]);
    expect(login.commands).toEqual(['read', 'remove']);
    app.store.before = () => undefined;
    expect((await visitor.get('/me')).json).toEqual({ user: null, cart: ['apple'] });
    expect(app.events.map(({ event }) => event)).not.toContain('login_succeeded');
  });

  it('that cannot save the new session logs nobody in, and sets no cookie', async () => {
    const app = await start();
    const visitor = app.visitor();
    app.store.before = (command) =>
      command === 'insert' ? Promise.reject(new Error('offline')) : undefined;
    const login = await visitor.post('/login', ada);
    expect([login.status, login.setCookies]).toEqual([503, []]);
    expect(login.commands).toEqual(['insert', 'remove']);
    expect(app.store.memory.size).toBe(0);
  });

  it('that failed leaves nothing behind, although the handler goes on', async () => {
    for (const failing of ['insert', 'remove']) {
      const app = await start();
      const visitor = app.visitor();
      await visitor.post('/cart');
      const { cookie } = visitor;
      app.store.before = (command) =>
        command === failing ? Promise.reject(new Error('offline')) : undefined;
      const login = await visitor.post('/login-in-any-case', ada);
      expect(login.status).toBe(200);
      expect(login.setCookies.map((line) => line.split('=')[0])).toEqual(['other']);
      expect(login.commands.filter((command) => command === 'insert').length).toBeLessThan(2);
      app.store.before = () => undefined;
      visitor.cookie = cookie;
      expect((await visitor.get('/me')).json['user']).toBeNull();
    }
  });

  it('whose handler fails afterwards sends no cookie: nobody holds the new id', async () => {
    const app = await start();
    const login = await app.visitor().post('/login-and-fail', ada);
    expect([login.status, login.setCookies]).toEqual([500, []]);
  });

  it('with a name that no record may hold logs nobody in', async () => {
    const app = await start();
    for (const user of ['', 'x'.repeat(129)]) {
      const login = await app.visitor().post('/login', { user });
      expect([login.status, login.setCookies, login.commands]).toEqual([500, [], []]);
    }
  });

  it('twice at a time over one session gives two sessions, and ends the old one', async () => {
    const app = await start();
    const visitor = app.visitor();
    await visitor.post('/cart');
    const twin = app.visitor();
    Object.assign(twin, { cookie: visitor.cookie, token: visitor.token });
    await Promise.all([visitor.post('/login', ada), twin.post('/login', { user: 'grace' })]);
    expect((await visitor.get('/me')).json['user']).toBe('ada');
    expect((await twin.get('/me')).json['user']).toBe('grace');
    expect(app.store.memory.size).toBe(2);
  });
});

describe('a logout', () => {
  for (const path of ['/logout', '/null']) {
    it(`costs two commands, and none without a session (${path})`, async () => {
      const app = await start();
      expect((await app.visitor().post(path)).commands).toEqual([]);
      const visitor = app.visitor();
      await visitor.post('/login', ada);
      const logout = await visitor.post(path);
      expect([logout.status, logout.commands]).toEqual([200, ['read', 'remove']]);
      expect(logout.setCookies).toEqual([
        expect.stringMatching(/^sid=; Max-Age=0; Path=\/; .*HttpOnly; SameSite=Lax$/),
        expect.stringMatching(/^sid\.sig=; Max-Age=0; Path=\/; .*HttpOnly; SameSite=Lax$/),
      ]);
      expect(app.store.memory.size).toBe(0);
      expect(app.events.map(({ event }) => event)).toEqual([
        'session_created',
        'login_succeeded',
        'session_ended',
        'logged_out',
      ]);
    });

    it(`that was not confirmed clears nothing and is not in the log (${path})`, async () => {
      const app = await start();
      const visitor = app.visitor();
      await visitor.post('/login', ada);
      const { cookie } = visitor;
      app.store.before = (command) =>
        command === 'remove' ? Promise.reject(new Error('offline')) : undefined;
      const logout = await visitor.post(path);
      expect([logout.status, logout.setCookies]).toEqual([503, []]);
      app.store.before = () => undefined;
      expect(visitor.cookie).toBe(cookie);
      expect((await visitor.get('/me')).json['user']).toBe('ada');
      expect(app.events.map(({ event }) => event)).not.toContain('logged_out');
    });
  }

  // koa-session gives a session that is assigned after it the id of the one that was ended.
  it.each(['/logout-and-go-on', '/logout-and-save'])(
    'is not undone by what its handler does next (%s)',
    async (path) => {
      const app = await start();
      const visitor = app.visitor();
      await visitor.post('/login', ada);
      const { cookie } = visitor;
      const answer = await visitor.post(path);
      expect([answer.status, answer.setCookies]).toEqual([401, []]);
      expect(app.store.memory.size).toBe(0);
      visitor.cookie = cookie;
      expect((await visitor.get('/me')).json['user']).toBeNull();
    },
  );
});

describe('the view of a session', () => {
  it('shows its times, and an error of the program without one', async () => {
    const app = await start();
    const visitor = app.visitor();
    expect((await visitor.get('/session')).status).toBe(500);
    await visitor.post('/login', ada);
    const now = app.clock.now();
    const iso = (ms: number) => new Date(now + ms).toISOString();
    expect((await visitor.get('/session')).json).toEqual({
      handle: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      createdAt: iso(0),
      lastSeenAt: iso(0),
      idleExpiresAt: iso(100_000),
      absoluteExpiresAt: iso(1_000_000),
    });
  });
});
