import type { Express } from 'express';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startApp } from '../../test/express-app.ts';
import { Problem } from '../problem.ts';
import { answer, health, route } from './routes.ts';

type App = Awaited<ReturnType<typeof startApp>>;
const running: App[] = [];
let complaints: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(running.splice(0).map((app) => app.close()));
});

let ready: () => Promise<undefined> = async () => undefined;

function routes(app: Express): void {
  health(app, () => ready(), 50);
  route(app, '/problem', {
    get() {
      throw new Problem(429, 'slow_down', 'Too fast.', { 'Retry-After': '5' });
    },
  });
  route(app, '/begun', {
    get(_req, res) {
      res.write('begun');
      throw new Error('too late for a status');
    },
  });
  route(app, '/empty', { post: (req, res) => answer(req, res) });
}

async function start(): Promise<App> {
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

it('an error after the answer has begun ends the connection, and the log has it', async () => {
  const { url } = await start();
  const response = await fetch(`${url}/begun`);
  await expect(response.text()).rejects.toThrow();
  expect(complaints).toHaveBeenCalledTimes(1);
});

it('readiness is bounded, and comes back by itself; liveness asks nobody', async () => {
  const { url } = await start();
  ready = () => new Promise(() => undefined);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  ready = async () => undefined;
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

it('an answer without a body is a 204', async () => {
  const { url } = await start();
  const response = await fetch(`${url}/empty`, { method: 'POST' });
  expect([response.status, await response.text()]).toEqual([204, '']);
});
