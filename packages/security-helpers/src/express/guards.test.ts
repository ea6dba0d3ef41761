import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import express, { type Express } from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startApp } from '../../test/express-app.ts';
import { keysFrom } from '../../test/support.ts';
import { currentRequest, type RequestContext } from '../request-context.ts';
import { newSessionId } from '../session-id.ts';
import { sign } from './cookie-signature.ts';
import { requireCsrfToken } from './guards.ts';
import { csrfTokenOf, logIn } from './log-in.ts';
import { answerProblems } from './problems.ts';
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

async function start(options: Parameters<typeof startApp>[1] = {}): Promise<App> {
  const app = await startApp(routes, options);
  running.push(app);
  return app;
}

function routes(app: Express): void {
  app.get('/me', (req, res) => void res.json({ user: req.session.userId ?? null }));
  app.post('/login', async (req, res) => {
    await logIn(req, { id: String(req.body.user), roles: [] });
    res.json({ csrfToken: csrfTokenOf(req) });
  });
  app.post('/cart', async (req, res) => {
    req.session.cart = [String(req.body.item)];
    await saveSession(req);
    res.json({ csrfToken: csrfTokenOf(req) });
  });
}

describe('the context of a request', () => {
  // body-parser goes on in an event of the connection, which belongs to no request by itself.
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

    // Another request on the same connection has one of its own.
    expect((await send()).status).toBe(200);
    expect(seen[2]).toMatchObject({ client: '127.0.0.1' });
    expect(seen[2]).not.toBe(read);
  });

  it('holds when a body trickles in, and for the touch', async () => {
    const app = await start();
    const visitor = app.visitor();
    await visitor.post('/login', { user: 'ada' });
    app.clock.advance(20_000);
    app.store.takeCommands();
    const seen: (RequestContext | undefined)[] = [];
    app.store.before = () => void seen.push(currentRequest());

    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    const head = [
      'POST /nothing HTTP/1.1',
      'Host: x',
      `Cookie: ${visitor.cookie}`,
      `X-CSRF-Token: ${visitor.token}`,
      'Content-Type: application/json',
      'Content-Length: 12',
      '',
      '',
    ];
    for (const piece of [head.join('\r\n'), '{"it', 'em":', '"x"}']) {
      socket.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 404 /);
    socket.destroy();
    await expect.poll(() => app.store.commands).toEqual(['read', 'replace']);
    expect(seen[0]).toMatchObject({ client: '127.0.0.1' });
    expect(seen[1]).toBe(seen[0]);
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
});

describe('the session cookie', () => {
  it('that was refused stays refused, where cookie-parser has read it before', async () => {
    // What cookie-parser does: the first of two wins, and its own secret checks signed ones.
    const parseCookies: express.RequestHandler = (req, _res, next) => {
      const [, value = ''] = /sid=([^;]*)/.exec(req.headers.cookie ?? '') ?? [];
      req.cookies = { sid: decodeURIComponent(value), other: 'x' };
      req.signedCookies = { sid: decodeURIComponent(value).slice(2, 45), other: 'x' };
      next();
    };
    const app = await start({ first: [parseCookies] });
    const [attacker, victim] = [app.visitor(), app.visitor()];
    await attacker.post('/login', { user: 'mallory' });
    await victim.post('/login', { user: 'ada' });
    expect((await victim.get('/me')).json['user']).toBe('ada');
    const planted = app.visitor();
    planted.cookie = `${attacker.cookie}; ${victim.cookie}`;
    expect((await planted.get('/me')).json['user']).toBeNull();
    planted.cookie = `${attacker.cookie}AAA`;
    expect((await planted.get('/me')).json['user']).toBeNull();
  });

  it('that was refused costs no command, however often it comes', async () => {
    const app = await start();
    const visitor = app.visitor();
    for (const value of ['', 's:x.y', sign(newSessionId(), keysFrom().cookie[0])]) {
      visitor.cookie = `sid=${encodeURIComponent(value)}`;
      const answer = await visitor.get('/me');
      expect([answer.status, answer.commands, answer.setCookies]).toEqual([200, [], []]);
    }
  });
});

describe('the check of the token', () => {
  it('in front of the session is an error, rather than a check that never refuses', async () => {
    const app = express();
    app.use(requireCsrfToken(keysFrom(), () => undefined));
    app.post('/', (_req, res) => void res.json({}));
    app.get('/', (_req, res) => void res.json({}));
    app.use(answerProblems(() => ({ text: '' }) as never));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
    try {
      expect((await fetch(url, { method: 'POST' })).status).toBe(500);
      expect((await fetch(url)).status).toBe(200);
    } finally {
      server.close();
    }
  });

  it('lets a request pass that names no path, and so can have no session', async () => {
    const app = await start();
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.write('POST * HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 404 /);
    socket.destroy();
  });
});
