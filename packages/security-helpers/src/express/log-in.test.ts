import type { Express } from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startApp } from '../../test/express-app.ts';
import { csrfTokenOf, describeSession, logIn, logOut } from './log-in.ts';
import { saveSession } from './session-store.ts';

type App = Awaited<ReturnType<typeof startApp>>;
const running: App[] = [];
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined); // handlers that fail on purpose
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(running.splice(0).map((app) => app.close()));
});

async function start(): Promise<App> {
  const app = await startApp(routes);
  running.push(app);
  return app;
}

function routes(app: Express): void {
  app.post('/cart', async (req, res) => {
    req.session.cart = ['apple'];
    await saveSession(req);
    res.json({ csrfToken: csrfTokenOf(req) });
  });
  app.post('/login', async (req, res) => {
    await logIn(req, { id: String(req.body.user), roles: [] }, { carryOver: ['cart'] });
    res.json({ csrfToken: csrfTokenOf(req) });
  });
  app.post('/login-in-any-case', async (req, res) => {
    await logIn(req, { id: String(req.body.user), roles: [] }).catch(() => undefined);
    res.json({});
  });
  app.post('/logout', async (req, res) => {
    await logOut(req, res);
    res.json({});
  });
  app.get('/me', (req, res) => {
    res.json({ user: req.session.userId ?? null, cart: req.session.cart ?? null });
  });
  app.get('/session', (req, res) => void res.json({ ...describeSession(req) }));
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

  it('costs four over an anonymous session, and the old record goes first', async () => {
    const app = await start();
    const visitor = app.visitor();
    await visitor.post('/cart');
    expect((await visitor.post('/login', ada)).commands).toEqual([
      'read',
      'remove',
      'insert',
      'keysOf',
    ]);
    expect(app.store.memory.size).toBe(1);
    expect((await visitor.get('/me')).json).toEqual({ user: 'ada', cart: ['apple'] });
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
    expect((await visitor.get('/me')).json['user']).toBeNull();
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
      app.store.before = (command) =>
        command === failing ? Promise.reject(new Error('offline')) : undefined;
      const login = await visitor.post('/login-in-any-case', ada);
      expect([login.status, login.setCookies]).toEqual([200, []]);
      expect(login.commands.filter((command) => command === 'insert').length).toBeLessThan(2);
      app.store.before = () => undefined;
      expect((await visitor.get('/me')).json['user']).toBeNull();
    }
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
  it('costs two commands, and none without a session', async () => {
    const app = await start();
    expect((await app.visitor().post('/logout')).commands).toEqual([]);
    const visitor = app.visitor();
    await visitor.post('/login', ada);
    const logout = await visitor.post('/logout');
    expect([logout.status, logout.commands]).toEqual([200, ['read', 'remove']]);
    expect(app.store.memory.size).toBe(0);
    expect(app.events.map(({ event }) => event)).toEqual([
      'session_created',
      'login_succeeded',
      'session_ended',
      'logged_out',
    ]);
  });

  it('that was not confirmed clears nothing and is not in the log', async () => {
    const app = await start();
    const visitor = app.visitor();
    await visitor.post('/login', ada);
    const { cookie } = visitor;
    app.store.before = (command) =>
      command === 'remove' ? Promise.reject(new Error('offline')) : undefined;
    const logout = await visitor.post('/logout');
    expect([logout.status, logout.setCookies]).toEqual([503, []]);
    app.store.before = () => undefined;
    expect(visitor.cookie).toBe(cookie);
    expect((await visitor.get('/me')).json['user']).toBe('ada');
    expect(app.events.map(({ event }) => event)).not.toContain('logged_out');
  });
});

describe('the view of a session', () => {
  it('ends at its absolute limit at the latest', async () => {
    const app = await start();
    const visitor = app.visitor();
    await visitor.post('/login', ada);
    const begun = app.clock.now();
    const iso = (ms: number) => new Date(begun + ms).toISOString();
    for (let spent = 90_000; spent < 1_000_000; spent += 90_000) {
      app.clock.advance(90_000);
      expect((await visitor.get('/session')).json).toEqual({
        handle: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
        createdAt: iso(0),
        lastSeenAt: iso(spent),
        idleExpiresAt: iso(Math.min(spent + 100_000, 1_000_000)),
        absoluteExpiresAt: iso(1_000_000),
      });
    }
  });

  it('is an error of the program without one', async () => {
    const app = await start();
    expect((await app.visitor().get('/session')).status).toBe(500);
  });
});
