import { request } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { keysFrom } from '../test/support.ts';
import { createAudit } from './audit.ts';
import { diagnostics } from './diagnostics.ts';
import { limitLoad } from './load-limit.ts';
import { measure, serveMetrics } from './metrics.ts';
import { listen, type Running, UnavailableError } from './process.ts';
import type { OpenedStore, StoreGauges } from './record-store.ts';
import { withinBudget } from './store-budget.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  vi.restoreAllMocks();
});

async function serve(gauges?: () => StoreGauges): Promise<Running> {
  const metrics = await serveMetrics(0, gauges && { gauges });
  closers.push(() => metrics.close());
  return metrics;
}

/** What is shown for a name with its labels, as it stands there. */
async function shown({ url }: Running): Promise<(series: string) => number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const values = new Map(lines.map((line) => line.split(/ (?=\S+$)/) as [string, string]));
  return (series) => Number(values.get(series));
}

const ask = (metrics: Running, path: string, options: object) =>
  new Promise<number | undefined>((resolve) => {
    request(metrics.url + path, options, (res) => resolve(res.resume().statusCode)).end();
  });

describe('what happens is counted', () => {
  it('events by their name, and nothing else of them', async () => {
    const metrics = await serve();
    const audit = createAudit({ info: () => undefined }, keysFrom().audit);
    const created = 'sessions_events_total{event="session_created"}';
    expect((await shown(metrics))(created)).toBe(0);
    audit('session_created', { key: 'a-key', userId: 'ada', reason: 'a-reason' });
    audit('session_created', { key: 'another-key', userId: 'grace' });
    expect((await shown(metrics))(created)).toBe(2);
    const text = await (await fetch(`${metrics.url}/metrics`)).text();
    expect(text).not.toMatch(/a-key|another-key|ada"|grace|a-reason/);
  });

  it('calls to the store by their operation, and why they failed', async () => {
    const metrics = await serve();
    await withinBudget(500, async () => 'x', 'read');
    await withinBudget(500, () => Promise.reject(new Error('x')), 'read').catch(() => 'expected');
    await withinBudget(1, () => new Promise(() => undefined), 'insert').catch(() => 'expected');
    await withinBudget(0, async () => 'x', 'remove').catch(() => 'expected');
    const value = await shown(metrics);
    const count = (operation: string) =>
      value(`sessions_store_call_seconds_count{operation="${operation}"}`);
    expect([count('read'), count('insert'), count('remove')]).toEqual([2, 1, Number.NaN]);
    const failures = (operation: string, reason: string) =>
      value(`sessions_store_failures_total{operation="${operation}",reason="${reason}"}`);
    expect(failures('read', 'failed')).toBe(1);
    expect(failures('insert', 'too_late')).toBe(1);
    expect(failures('remove', 'not_begun')).toBe(1);
    expect(failures('read', 'too_late')).toBe(0);
  });

  it('requests that are answered, wait, and are turned away', async () => {
    const metrics = await serve();
    const config = { load: { running: 1, waiting: 1, waitMs: 60_000 }, production: false };
    const held: (() => void)[] = [];
    const handler = limitLoad((_req, res) => void held.push(() => void res.end()), config);
    const server = await listen(handler, { port: 0, host: '127.0.0.1' });
    closers.push(() => server.close());
    const both = [fetch(server.url), fetch(server.url)];
    const until = { timeout: 20_000 };
    await expect.poll(async () => (await shown(metrics))('http_requests_waiting'), until).toBe(1);
    await fetch(server.url);
    const value = await shown(metrics);
    expect(value('http_requests_running')).toBe(1);
    expect(value('http_requests_shed_total{reason="full"}')).toBe(1);
    held[0]?.();
    await expect.poll(() => held.length, until).toBe(2);
    held[1]?.();
    await Promise.all(both);
    await expect.poll(async () => (await shown(metrics))('http_requests_running'), until).toBe(0);
  });

  it('what the store says of itself, each time anew, and only what it has', async () => {
    let waiting = 0;
    const metrics = await serve(() => ({ pool_waiting: waiting++ }));
    const first = (await shown(metrics))('sessions_store_pool_waiting');
    const value = await shown(metrics);
    expect(value('sessions_store_pool_waiting')).toBe(first + 1);
    expect(value('sessions_store_records')).toBeNaN();
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  });
});

describe('who gets to see it', () => {
  it('only who asks for it on loopback, by a name of loopback', async () => {
    const metrics = await serve();
    expect(metrics.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const elsewhere = fetch(metrics.url.replace('127.0.0.1', '127.0.0.2'));
    await expect(elsewhere).rejects.toThrow();
    for (const host of ['127.0.0.1', 'localhost:9464']) {
      expect(await ask(metrics, '/metrics', { headers: { host } })).toBe(200);
    }
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:1']) {
      expect(await ask(metrics, '/metrics', { headers: { host } })).toBe(421);
    }
    expect(await ask(metrics, '/', {})).toBe(404);
    expect(await ask(metrics, '/metrics', { method: 'POST' })).toBe(405);
  });

  it('nobody any more once it is closed, and then nothing is counted', async () => {
    const metrics = await serveMetrics(0);
    expect(diagnostics.store.hasSubscribers).toBe(true);
    await metrics.close();
    await expect(fetch(metrics.url)).rejects.toThrow();
    for (const channel of Object.values(diagnostics)) expect(channel.hasSubscribers).toBe(false);
  });
});

describe('opening a store', () => {
  function store() {
    const calls: string[] = [];
    const close = async () => void calls.push('closed');
    return { calls, opened: { close } as OpenedStore };
  }

  it('without ADMIN_PORT it is just opened', async () => {
    const { opened } = store();
    const log = vi.spyOn(console, 'log');
    expect(await measure({ adminPort: undefined }, Promise.resolve(opened))).toBe(opened);
    expect(log).not.toHaveBeenCalled();
    for (const channel of Object.values(diagnostics)) expect(channel.hasSubscribers).toBe(false);
  });

  it('with it, its metrics are to be had, and end with it', async () => {
    const { calls, opened } = store();
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const measured = await measure({ adminPort: 0 }, Promise.resolve(opened));
    const [, url = ''] = /^metrics at (http:\S+)$/.exec(log.mock.calls[0]?.[0]) ?? [];
    expect((await fetch(url)).status).toBe(200);
    await measured.close();
    expect(calls).toEqual(['closed']);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('when the port is taken, one sentence says so, and the store is closed', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    closers.push(() => other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const { calls, opened } = store();
    const error = await measure({ adminPort: port }, Promise.resolve(opened)).catch((e) => e);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toMatch(new RegExp(`^Port ${port} .* set ADMIN_PORT to another\\.$`));
    expect(calls).toEqual(['closed']);
    for (const channel of Object.values(diagnostics)) expect(channel.hasSubscribers).toBe(false);
  });
});
