import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parser } from '@prometheus-io/lezer-promql';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { closeTargets, targets } from '../src/attack/targets.ts';
import { ADA, Browser, idIn } from '../src/browser.ts';
import { startServer } from '../src/server-process.ts';
import { NO_LIMITS, SECRET, type Target } from '../src/target.ts';

const until = { timeout: 30_000, interval: 50 };
const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');

/** An example as a process of its own, that shows its metrics. */
async function start(target: Target, env: Record<string, string> = {}) {
  const backend = await target.openBackend();
  onTestFinished(() => backend.close());
  const settings = {
    ...NO_LIMITS,
    SESSION_SECRET: SECRET,
    ADMIN_PORT: '0',
    ...backend.env,
    ...env,
  };
  const folder = fileURLToPath(new URL(`../../../examples/${target.name}`, import.meta.url));
  const server = await startServer(folder, settings);
  onTestFinished(() => server.kill());
  const [, metrics = ''] = /^metrics at (\S+)$/m.exec(server.output()) ?? [];
  const text = async () => (await fetch(metrics)).text();
  const value = async (series: string) => {
    const line = (await text()).split('\n').find((each) => each.startsWith(`${series} `));
    return Number(line?.slice(series.length));
  };
  const event = (name: string) => value(`sessions_events_total{event="${name}"}`);
  return { server, backend, metrics, text, value, event };
}

afterAll(closeTargets);

describe.each(targets.map((target) => [target.name, target] as const))('%s', (_, target) => {
  it('counts what becomes of sessions, names nobody, and is quiet at the end', async () => {
    const { server, metrics, text, value, event } = await start(target, {
      HOST: '0.0.0.0',
      LOGIN_ACCOUNT_LIMIT: '1',
      STORE_DEADLINE_MS: '10000',
    });
    const reads = 'sessions_store_call_seconds_count{operation="read"}';
    const browser = new Browser(server.url.replace('0.0.0.0', '127.0.0.1'));
    expect([await event('session_created'), await event('session_ended')]).toEqual([0, 0]);

    await browser.logIn();
    expect([await event('session_created'), await event('login_succeeded')]).toEqual([1, 1]);
    const before = (await value(reads)) || 0;
    await browser.get('/profile');
    expect(await value(reads)).toBe(before + 1);
    const id = idIn(await browser.cookieHeader());
    await browser.post('/logout');
    expect(await event('session_ended')).toBe(1);
    for (let count = 0; count < 2; count++) {
      await browser.post('/login', { email: ADA.email, password: 'wrong' });
    }
    expect([await event('login_failed'), await event('login_throttled')]).toEqual([1, 1]);
    expect(await value('http_requests_running')).toBe(0);

    const shown = await text();
    expect(shown).not.toContain(id);
    expect(shown).not.toMatch(/user-1|example\.com|127\.0\.0\.1/);
    expect((await browser.get('/metrics')).status).toBe(404);
    // Whoever is let in by HOST, which is everybody here, is not let in there.
    const { port } = new URL(metrics);
    await expect(fetch(`http://127.0.0.2:${port}/metrics`)).rejects.toThrow();
    if (process.platform === 'linux') {
      const open = await fetch(`http://127.0.0.2:${new URL(server.url).port}/healthz`);
      expect(open.status).toBe(200);
    }

    expect(await server.stop()).toBe(0);
    await expect(fetch(metrics)).rejects.toThrow();
  });

  it('shows nothing unless it is asked to', async () => {
    const { server } = await start(target, { ADMIN_PORT: '' });
    expect(server.output()).not.toContain('metrics');
  });
});

it('a store that does not answer shows, and so does one that can be done without', async () => {
  const [redis, hybrid] = ['redis', 'hybrid'].map((name) => targets.find((t) => t.name === name));
  if (!redis || !hybrid) throw new Error('an example is gone');
  const alone = await start(redis);
  const browser = new Browser(alone.server.url);
  await browser.logIn();
  await alone.backend.service?.kill();
  expect((await browser.get('/profile')).status).toBe(503);
  const failed = 'sessions_store_failures_total{operation="read",reason="failed"}';
  expect(await alone.value(failed)).toBe(1);

  const both = await start(hybrid);
  const other = new Browser(both.server.url);
  await other.logIn();
  expect(await both.value('sessions_store_breaker_open')).toBe(0);
  await both.backend.spare?.kill();
  await expect
    .poll(async () => {
      await other.get('/profile');
      return both.value('sessions_store_breaker_open');
    }, until)
    .toBe(1);
  expect(await both.value('sessions_store_pool_connections')).toBeGreaterThan(0);
  await both.backend.spare?.restart();
  await expect
    .poll(async () => {
      await other.get('/profile');
      return both.value('sessions_store_breaker_open');
    }, until)
    .toBe(0);
});

describe('docs/grafana-dashboard.json', () => {
  interface Panel {
    title: string;
    targets?: { expr: string }[];
  }
  const dashboard = JSON.parse(read('docs/grafana-dashboard.json')) as { panels: Panel[] };
  const queries = dashboard.panels.flatMap(({ title, targets: all = [] }) =>
    all.map(({ expr }) => [title, expr] as const),
  );

  /** The parts of a query of this kind, as the grammar of Prometheus sees it. */
  function parts(query: string, kind: string): string[] {
    const found: string[] = [];
    // Grafana puts the interval in.
    const text = query.replaceAll('$__rate_interval', '5m');
    parser.parse(text).iterate({
      enter({ name, from, to, type }) {
        if (type.isError) throw new Error(`no PromQL at ${from}: ${text}`);
        if (name === kind) found.push(text.slice(from, to));
      },
    });
    return found;
  }

  it('asks for nothing that is not shown', async () => {
    const [memory, hybrid] = ['memory', 'hybrid'].map((name) =>
      targets.find((t) => t.name === name),
    );
    if (!memory || !hybrid) throw new Error('an example is gone');
    const shown: string[] = [];
    for (const target of [memory, hybrid]) {
      const { server, text } = await start(target);
      await new Browser(server.url).logIn();
      shown.push(await text());
    }
    const names = new Set(shown.join('\n').match(/^[a-z]\w+/gm));
    const labels = new Set(shown.join('\n').match(/(?<=[{,])\w+(?==)/g));
    expect(queries.length).toBeGreaterThan(10);
    for (const [title, query] of queries) {
      const asked = parts(query, 'Identifier');
      expect(asked.length, `${title}: ${query}`).toBeGreaterThan(0);
      for (const name of asked) expect(names, `${title}: ${query}`).toContain(name);
      for (const label of parts(query, 'LabelName')) expect(labels, title).toContain(label);
    }
  });

  it('leaves nothing out that only we can tell', () => {
    const asked = new Set(queries.flatMap(([, query]) => parts(query, 'Identifier')));
    const own = read('packages/security-helpers/src/metrics.ts').matchAll(/name: '(\w+)'/g);
    for (const [, name = ''] of own) {
      expect(
        [...asked].some((each) => each.startsWith(name)),
        name,
      ).toBe(true);
      expect(read('docs/metrics.md')).toContain(name);
    }
  });
});
