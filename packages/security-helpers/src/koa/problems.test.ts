import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type App, startApp } from '../../test/koa-app.ts';
import { Problem } from '../problem.ts';
import { answer, health, route } from './routes.ts';

type Started = Awaited<ReturnType<typeof startApp>>;
const running: Started[] = [];
let complaints: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(running.splice(0).map((app) => app.close()));
});

let ready: () => Promise<undefined> = async () => undefined;

function routes(app: App): void {
  health(app, () => ready(), 50);
  route(app, '/problem', {
    get() {
      throw new Problem(429, 'slow_down', 'Too fast.', { 'Retry-After': '5' });
    },
  });
  route(app, '/begun', {
    get(ctx) {
      ctx.res.write('begun');
      throw new Error('too late for a status');
    },
  });
  route(app, '/thrown', {
    get() {
      throw 'no Error';
    },
  });
  route(app, '/empty', { post: (ctx) => answer(ctx) });
  route(app, '/full', { post: (ctx) => answer(ctx, { full: true }) });
}

async function start(): Promise<Started> {
  const app = await startApp(routes);
  running.push(app);
  return app;
}

it('a problem is answered with its status, its headers and its code', async () => {
  const { url } = await start();
  const response = await fetch(`${url}/problem`);
  expect(response.status).toBe(429);
  expect(response.headers.get('retry-after')).toBe('5');
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(await response.json()).toMatchObject({ status: 429, code: 'slow_down' });
  expect(complaints).not.toHaveBeenCalled();
});

it('a browser that navigates, or sends a form, gets a page', async () => {
  const { url } = await start();
  const navigated = await fetch(`${url}/problem`, { headers: { accept: 'text/html,*/*;q=0.8' } });
  const form = await fetch(`${url}/nothing`, { method: 'POST', body: new URLSearchParams('a=b') });
  for (const [response, code] of [
    [navigated, 'slow_down'],
    [form, 'not_found'],
  ] as const) {
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await response.text()).toBe(`${code} for nobody`);
  }
});

it('whatever was thrown is a 500 that says nothing, and the log has it', async () => {
  const { url } = await start();
  const response = await fetch(`${url}/thrown`);
  expect([response.status, await response.text()]).toEqual([
    500,
    expect.not.stringContaining('no Error'),
  ]);
  expect(complaints).toHaveBeenCalledTimes(1);
});

it('an error after the answer has begun ends the connection, and the log has it', async () => {
  const { url } = await start();
  const text = fetch(`${url}/begun`).then((response) => response.text());
  await expect(text).rejects.toThrow();
  expect(complaints).toHaveBeenCalledTimes(1);
});

it.each([
  ['half a chunk', 'POST /full HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['more than a request', 'GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nmore'],
])('%s, which anybody can send, is not in the log', async (_what, text) => {
  const { url } = await start();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.resume().write(text);
  await once(socket, 'close');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(complaints).not.toHaveBeenCalled();
});

it('readiness is bounded, and comes back by itself; liveness asks nobody', async () => {
  const { url } = await start();
  ready = () => new Promise(() => undefined);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  ready = async () => undefined;
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

it('an answer is JSON, 204 without a body, and the way back for a form', async () => {
  const { url } = await start();
  const empty = await fetch(`${url}/empty`, { method: 'POST' });
  expect([empty.status, await empty.text()]).toEqual([204, '']);
  const full = await fetch(`${url}/full`, { method: 'POST' });
  expect([full.status, await full.json()]).toEqual([200, { full: true }]);
  const body = new URLSearchParams('a=b');
  const form = await fetch(`${url}/full`, { method: 'POST', body, redirect: 'manual' });
  expect([form.status, form.headers.get('location')]).toEqual([303, '/']);
});

it('a method that a path does not have is a 405 that names those it has', async () => {
  const { url } = await start();
  for (const [path, method, allow] of [
    ['/full', 'GET', 'POST'],
    ['/problem', 'DELETE', 'GET, HEAD'],
  ]) {
    const response = await fetch(`${url}${path}`, { method: `${method}` });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  }
  expect((await fetch(`${url}/healthz`, { method: 'HEAD' })).status).toBe(200);
});
