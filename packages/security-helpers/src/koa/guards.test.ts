import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import Koa from 'koa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type App, startApp } from '../../test/koa-app.ts';
import { currentRequest, type RequestContext } from '../request-context.ts';
import { newSessionId } from '../session-id.ts';
import { sign } from './cookie-signature.ts';
import { csrfTokenOf, isSessionLost, logIn, saveSession } from './log-in.ts';
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

function routes(app: App): void {
  route(app, '/me', {
    get(ctx) {
      ctx.body = { user: ctx.session.userId ?? null, lost: isSessionLost(ctx) };
    },
  });
  route(app, '/login', {
    async post(ctx) {
      await logIn(ctx, { id: String((ctx.request.body as { user: string }).user), roles: [] });
      ctx.body = { csrfToken: csrfTokenOf(ctx) };
    },
  });
  route(app, '/cart', {
    async post(ctx) {
      ctx.session.cart = [String((ctx.request.body as { item: string }).item)];
      await saveSession(ctx);
      ctx.body = { csrfToken: csrfTokenOf(ctx) };
    },
  });
  route(app, '/seen', {
    get(ctx) {
      const { ip, ips, host, protocol, secure } = ctx;
      ctx.body = { ip, ips, host, protocol, secure };
    },
  });
}

describe('the context of a request', () => {
  it.each([
    ['JSON', 'application/json', '{"item":"x"}', {}],
    ['a form', 'application/x-www-form-urlencoded', 'item=x', {}],
    ['packed JSON', 'application/json', gzipSync('{"item":"x"}'), { 'content-encoding': 'gzip' }],
  ])('is one for all its store calls, behind a body of %s', async (_what, type, body, headers) => {
    const app = await start();
    const visitor = app.visitor();
    await visitor.post('/cart', { item: 'first' });
    const seen: (RequestContext | undefined)[] = [];
    app.store.before = () => void seen.push(currentRequest());
    const send = () =>
      fetch(`${app.url}/cart`, {
        method: 'POST',
        body,
        headers: {
          cookie: visitor.cookie,
          'x-csrf-token': visitor.token,
          'content-type': type,
          ...headers,
        },
      });
    expect((await send()).status).toBe(200);
    expect(app.store.takeCommands()).toEqual(['read', 'replace']);
    const [read, update] = seen;
    expect(read).toMatchObject({ client: '127.0.0.1' });
    expect(update).toBe(read);
    expect((await send()).status).toBe(200);
    expect(seen[2]).toMatchObject({ client: '127.0.0.1' });
    expect(seen[2]).not.toBe(read);
  });

  it('bounds a POST with a body by one budget, not one for each store call', async () => {
    const app = await start({ budgetMs: 300 });
    const visitor = app.visitor();
    await visitor.post('/cart', { item: 'first' });
    // Each call for itself would be in time.
    app.store.before = () => new Promise((resolve) => setTimeout(resolve, 200));
    const answer = await visitor.post('/cart', { item: 'second' });
    expect([answer.status, answer.commands]).toEqual([503, ['read', 'replace']]);
  });

  it('has of all forwarded headers only what our outermost proxy saw', async () => {
    const app = await start({ trustProxyHops: 1 });
    const headers = {
      'x-forwarded-for': '198.51.100.1, 203.0.113.7',
      'x-forwarded-proto': 'http, https',
      'x-forwarded-host': 'evil.example',
    };
    expect(await (await fetch(`${app.url}/seen`, { headers })).json()).toEqual({
      ip: '203.0.113.7',
      ips: ['203.0.113.7'],
      host: new URL(app.url).host,
      protocol: 'https',
      secure: true,
    });
  });
});

describe('in production', () => {
  const headers = { 'content-type': 'application/json', 'x-forwarded-proto': 'https' };

  it('both cookies are Secure and __Host-, behind a proxy that speaks http with us', async () => {
    const app = await start({ production: true, trustProxyHops: 1 });
    const login = await fetch(`${app.url}/login`, {
      method: 'POST',
      body: '{"user":"ada"}',
      headers,
    });
    expect(login.status).toBe(200);
    const lines = login.headers.getSetCookie();
    expect(lines.map((line) => line.replace(/=[^;]+/, ''))).toEqual([
      '__Host-sid; path=/; samesite=lax; secure; httponly',
      '__Host-sid.sig; path=/; samesite=lax; secure; httponly',
    ]);
  });

  it('without TLS nobody gets as far as the session, where Koa would fail with a 500', async () => {
    const app = await start({ production: true, trustProxyHops: 0 });
    const login = await fetch(`${app.url}/login`, {
      method: 'POST',
      body: '{"user":"ada"}',
      headers,
    });
    expect([login.status, login.headers.getSetCookie()]).toEqual([403, []]);
    const page = await fetch(`${app.url}/me?x=1`, { redirect: 'manual' });
    const location = page.headers.get('location');
    expect([page.status, location]).toEqual([308, 'https://shop.example/me?x=1']);
  });
});

describe('the session cookie', () => {
  const one = async (app: Started, cookie: string) => {
    const visitor = app.visitor();
    visitor.cookie = cookie;
    return visitor.get('/me');
  };

  it('that was refused costs no command and is not cleared, however often it comes', async () => {
    const app = await start();
    const visitor = app.visitor();
    await visitor.post('/login', { user: 'ada' });
    const [, id = '', signature = ''] = /sid=(.{43}); sid\.sig=(.{43})/.exec(visitor.cookie) ?? [];
    const foreign = app.visitor();
    await foreign.post('/login', { user: 'mallory' });
    for (const cookie of [
      'sid=',
      'sid=x; sid.sig=y',
      `sid=${id}`,
      `sid=${id}; sid.sig=`,
      `sid=${id}; sid.sig=${signature.slice(1)}`,
      `sid=${id}; sid.sig=${signature}; sid.sig=${signature}`,
      `sid=${id}; sid=${id}; sid.sig=${signature}`,
      `${foreign.cookie}; ${visitor.cookie}`,
      `${visitor.cookie}; ${foreign.cookie}`,
      `sid="${id}"; sid.sig=${signature}`,
      `sid=${newSessionId()}; sid.sig=${signature}`,
      `sid=*; sid.sig=${sign('sid', '*', app.keys.cookie[0])}`,
    ]) {
      const before = app.events.length;
      const answer = await one(app, cookie);
      expect([cookie, answer.status, answer.json['user']]).toEqual([cookie, 200, null]);
      expect([cookie, answer.commands, answer.setCookies]).toEqual([cookie, [], []]);
      const events = app.events.slice(before).map(({ event }) => event);
      expect(events, cookie).toEqual(['cookie_rejected']);
    }
    expect((await visitor.get('/me')).json['user']).toBe('ada');
  });

  it('is read to the letter: koa-session gets what was verified, whatever is around it', async () => {
    const app = await start();
    const visitor = app.visitor();
    await visitor.post('/login', { user: 'ada' });
    const [, id = '', signature = ''] = /sid=(.{43}); sid\.sig=(.{43})/.exec(visitor.cookie) ?? [];
    for (const cookie of [
      `a=1; sid.sig=${signature} ; sid=${id}  ;b=2`,
      `sid=%${id.charCodeAt(0).toString(16)}${id.slice(1)}; sid.sig=${signature}`,
      `xsid=${newSessionId()}; SID=y; ${visitor.cookie}`,
    ]) {
      const answer = await one(app, cookie);
      expect([cookie, answer.json['user']]).toEqual([cookie, 'ada']);
      expect(answer.setCookies).toEqual([]);
    }
  });

  it('of a session that there is not (any more) is "lost"; one that nobody could look up is not', async () => {
    const app = await start();
    const visitor = app.visitor();
    expect((await visitor.get('/me')).json['lost']).toBe(false);
    await visitor.post('/login', { user: 'ada' });
    expect((await visitor.get('/me')).json['lost']).toBe(false);
    app.clock.advance(200_000);
    const answer = await visitor.get('/me');
    expect([answer.json['lost'], answer.setCookies]).toEqual([true, []]);
  });
});

describe('the check of the token', () => {
  it('refuses a change without it, or with another', async () => {
    const app = await start();
    const visitor = app.visitor();
    await visitor.post('/login', { user: 'ada' });
    const { token } = visitor;
    for (const wrong of ['', `${token.slice(0, -2)}AA`]) {
      visitor.token = wrong;
      expect((await visitor.post('/cart', { item: 'x' })).status).toBe(403);
    }
    expect(app.events.at(-1)).toMatchObject({ event: 'csrf_rejected', userId: 'ada' });
    visitor.token = token;
    expect((await visitor.post('/cart', { item: 'x' })).status).toBe(200);
  });

  it('in front of the session is an error, rather than a check that never refuses', async () => {
    const { requireCsrfToken, sessionCookie, SessionStore, answerProblems } = await import(
      './index.ts'
    );
    const good = await start();
    const visitor = good.visitor();
    await visitor.post('/login', { user: 'ada' });
    const { default: session } = await import('koa-session');
    const { sessionStore, keys } = good;
    expect(sessionStore).toBeInstanceOf(SessionStore);
    const app = new Koa();
    app.use(answerProblems(() => ({ text: '' }) as never));
    app.use(sessionCookie(sessionStore.cookie, keys, () => undefined));
    app.use(requireCsrfToken(keys, () => undefined));
    app.use(session({ key: 'sid', autoCommit: false, signed: false, store: sessionStore }, app));
    app.use((ctx) => {
      ctx.body = {};
    });
    const server = createServer(app.callback()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    try {
      const headers = { cookie: visitor.cookie };
      expect((await fetch(url, { method: 'POST', headers })).status).toBe(500);
      expect((await fetch(url, { headers })).status).toBe(200);
    } finally {
      server.close();
    }
  });
});

describe('a body', () => {
  const send = (app: Started, body: string | Buffer, headers: Record<string, string>) =>
    fetch(`${app.url}/cart`, { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers });
  const json = { 'content-type': 'application/json' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  it.each([
    [200, 'JSON', '{"item":"x"}', json],
    [200, 'JSON in UTF-8', '{"item":"x"}', { 'content-type': 'application/json;charset="UTF-8"' }],
    [200, 'packed', gzipSync('{"item":"x"}'), { ...json, 'content-encoding': 'gzip' }],
    [400, 'cut off', '{"item":', json],
    [400, 'text', '"text"', json],
    [400, 'no gzip', 'no gzip', { ...json, 'content-encoding': 'gzip' }],
    [413, 'too large', `{"item":"${'x'.repeat(17_000)}"}`, json],
    [413, 'too large a form', `item=${'x'.repeat(17_000)}`, form],
    [
      413,
      'a bomb',
      gzipSync(`{"item":"${'x'.repeat(1e6)}"}`),
      { ...json, 'content-encoding': 'gzip' },
    ],
    [413, 'too many fields', 'a&'.repeat(1000), form],
    [415, 'another type', '{"item":"x"}', { 'content-type': 'text/plain' }],
    [415, 'no type', '{"item":"x"}', {}],
    [415, 'another character set', '{}', { 'content-type': 'application/json; charset=utf-16' }],
    [415, 'another packing', '{}', { ...json, 'content-encoding': 'zstd' }],
  ])('is answered with %i: %s', async (status, _what, body, headers) => {
    const app = await start();
    const answer = await send(app, body, headers as Record<string, string>);
    expect(answer.status).toBe(status);
    await answer.text();
    // The rest of it does not stand in the way of what comes next on the connection.
    expect((await send(app, '{"item":"x"}', json)).status).toBe(200);
  });

  it('that is refused leaves the connection usable', async () => {
    const app = await start();
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    const head = 'POST /cart HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    // Nobody knows its size beforehand, and it is refused when part of it was read.
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
    for (let chunk = 0; chunk < 20; chunk++) socket.write(`4e20\r\n${' '.repeat(20_000)}\r\n`);
    socket.write('0\r\n\r\nGET /me HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => text).toMatch(/413 [\s\S]*HTTP\/1\.1 200 /);
    socket.destroy();
  });
});
