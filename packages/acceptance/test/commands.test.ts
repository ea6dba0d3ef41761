// How often each request asks the store, and for what: docs/commands.md, counted by the stores.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { appRole, startPostgres, startRedis } from '@session-lab/services';
import connectPgSimple from 'connect-pg-simple';
import { RedisStore } from 'connect-redis';
import session from 'express-session';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../src/browser.ts';
import { startBefore, type UnderTest } from '../src/contract/under-test.ts';
import {
  type Counter,
  type Counts,
  countPostgres,
  countRedis,
  type PostgresCounter,
} from '../src/counts.ts';
import { root } from '../src/report/workspaces.ts';
import { serve } from '../src/serve.ts';
import { newClient, stockExpress, stockKoa } from '../src/stock.ts';
import type { Target } from '../src/target.ts';
import { hybrid } from '../src/targets/hybrid.ts';
import { koa } from '../src/targets/koa.ts';
import { closePostgres, postgres } from '../src/targets/postgres.ts';
import { redis } from '../src/targets/redis.ts';

const MINUTE = 60_000;

/** In this order, by one browser. `later` passes time where the server has a clock of its own. */
const REQUESTS: [
  title: string,
  status: number,
  send: (browser: Browser, later: (ms: number) => void) => Promise<{ status: number }>,
][] = [
  ["a visitor's `GET /`", 200, (browser) => browser.get('/')],
  ['`GET /healthz`', 200, (browser) => browser.get('/healthz')],
  ['login', 200, (browser) => browser.logIn()],
  ['`GET /profile`', 200, (browser) => browser.get('/profile')],
  [
    '`GET /profile`, a tenth of the idle time later',
    200,
    (browser, later) => {
      later(3 * MINUTE);
      return browser.get('/profile');
    },
  ],
  ['change of the cart', 200, (browser) => browser.post('/cart', { item: 'apple' })],
  ['logout', 204, (browser) => browser.post('/logout')],
];

/** What the document says in one column: for each request, what is asked. */
function written(column: string): Map<string, string[]> {
  const document = readFileSync(join(root, 'docs/commands.md'), 'utf8');
  for (const table of document.split('\n\n').filter((part) => part.startsWith('| request'))) {
    const [head = [], , ...rows] = table.split('\n').map((line) => line.split(/ *\| */).slice(1));
    const at = head.indexOf(column);
    if (at > 0) return new Map(rows.map((cells) => [cells[0] ?? '', asked(cells[at] ?? '')]));
  }
  throw new Error(`no column "${column}"`);
}

/** `GET, EVAL (GET SET)`: each command as often as it is there; `INSERT session` is one, too. */
function asked(cell: string): string[] {
  if (cell === '–') return [];
  const scripts = cell.replaceAll(/(\w+) \(([^)]*)\)/g, (_, script, calls: string) =>
    [script, ...calls.split(' ')].join(', '),
  );
  return scripts.split(', ').sort();
}

const names = (counts: Counts) =>
  Object.entries(counts)
    .flatMap(([name, times]) => Array.from({ length: times }, () => name.replace('|', ' ')))
    .map((name) => (name === name.toLowerCase() ? name.toUpperCase() : name))
    .sort();

/** Sends them all, and compares with the document. Each column has a counter of its own. */
async function compare(
  url: string,
  columns: Record<string, Counter>,
  { later = () => undefined }: { later?: (ms: number) => void } = {},
) {
  const browser = new Browser(url);
  const found = Object.fromEntries(Object.keys(columns).map((column) => [column, new Map()]));
  for (const [title, status, send] of REQUESTS) {
    // The first request that finds a session changed makes the copy of the hybrid store.
    if (title === '`GET /profile`') await browser.get('/profile');
    let work: () => Promise<unknown> = async () => {
      expect((await send(browser, later)).status, title).toBe(status);
    };
    for (const [column, counter] of Object.entries(columns)) {
      const inner = work;
      work = async () => void found[column]?.set(title, names(await counter.during(inner)));
    }
    await work();
  }
  for (const [column, counts] of Object.entries(found)) {
    expect(counts, column).toEqual(written(column));
  }
}

/** Closed after the suite, the last first. */
const opened: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of opened.reverse()) await close();
  await closePostgres();
});
async function keep<T extends { close(): Promise<unknown> }>(what: Promise<T> | T): Promise<T> {
  const kept = await what;
  opened.push(() => kept.close());
  return kept;
}

describe('stock', () => {
  it('connect-redis: two commands a request', async () => {
    const service = await keep(startRedis());
    const counter = await keep(countRedis(service.url));
    const client = await keep(newClient(service.url).connect());
    const server = await keep(serve(stockExpress(new RedisStore({ client }))));
    await compare(server.url, { 'connect-redis': counter });
  });

  it('koa-session: one, and its session ends however busy', async () => {
    const service = await keep(startRedis());
    const counter = await keep(countRedis(service.url));
    const client = await keep(newClient(service.url).connect());
    const server = await keep(serve(stockKoa(client)));
    await compare(server.url, { 'koa-session': counter });
  });

  it('connect-pg-simple: two statements a request, one of them a write', async () => {
    const service = await keep(startPostgres());
    const counter = await keep(countPostgres(service.url, 'stock'));
    const url = await appRole(service.url, 'stock');
    const owner = new pg.Client({ connectionString: service.url });
    await owner.connect();
    const table = createRequire(import.meta.url).resolve('connect-pg-simple/table.sql');
    await owner.query(readFileSync(table, 'utf8'));
    await owner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON session TO stock');
    await owner.end();
    const pool = new pg.Pool({ connectionString: url });
    opened.push(() => pool.end());
    const store = new (connectPgSimple(session))({ pool, pruneSessionInterval: false });
    const server = await keep(serve(stockExpress(store)));
    await compare(server.url, { 'connect-pg-simple': counter });

    const browser = new Browser(server.url);
    await browser.logIn();
    const read = await counter.statements(() => browser.get('/profile'));
    const wal = read.map(({ walBytes }) => walBytes).reduce((sum, bytes) => sum + bytes, 0);
    expect(wal).toBeGreaterThan(0);
  });
});

describe.each<[Target, Record<string, 'redis' | 'postgres'>]>([
  [redis, { 'redis, koa': 'redis' }],
  [koa, { 'redis, koa': 'redis' }],
  [postgres, { postgres: 'postgres' }],
  [hybrid, { 'hybrid: Redis': 'redis', 'hybrid: Postgres': 'postgres' }],
])('$name', (target, columns) => {
  const test: UnderTest = startBefore(target);
  const counters: { redis?: Counter; postgres?: PostgresCounter } = {};
  beforeAll(async () => {
    const { REDIS_URL, MIGRATION_DATABASE_URL } = test.backend.env;
    if (REDIS_URL) counters.redis = await countRedis(REDIS_URL);
    if (MIGRATION_DATABASE_URL)
      counters.postgres = await countPostgres(MIGRATION_DATABASE_URL, 'app');
  });
  afterAll(async () => {
    for (const counter of Object.values(counters)) await counter.close();
  });

  it('each request asks the store for what docs/commands.md says, and for nothing else', async () => {
    const here = Object.entries(columns).map(([column, store]) => [column, counters[store]]);
    await compare(test.url, Object.fromEntries(here), { later: (ms) => test.clock.advance(ms) });
  });

  it('a hundred requests are a hundred commands; and the idle timeout slides', async () => {
    const browser = new Browser(test.url);
    await browser.logIn();
    await browser.get('/profile');
    const hundred = async () => {
      for (let count = 0; count < 100; count++) {
        expect((await browser.get('/profile')).status).toBe(200);
      }
    };
    const inRedis = counters.redis && (await counters.redis.during(hundred));
    if (target === hybrid) expect(inRedis).toEqual({ eval: 100, info: 100, getex: 100 });
    else if (inRedis) expect(inRedis).toEqual({ get: 100 });
    if (counters.postgres) {
      const statements = await counters.postgres.statements(hundred);
      const own = target === hybrid ? [] : [{ calls: 100, walBytes: 0 }];
      expect(statements.map(({ calls, walBytes }) => ({ calls, walBytes }))).toEqual(own);
    }
    for (let visit = 0; visit < 3; visit++) {
      test.clock.advance(29 * MINUTE);
      expect((await browser.get('/profile')).status).toBe(200);
    }
  });

  it('a visitor costs nothing and gets nothing: no command, no cookie, no record', async () => {
    const visitor = new Browser(test.url);
    const visits = async () => {
      for (const path of ['/', '/healthz']) {
        expect(await visitor.get(path)).toMatchObject({ status: 200, setCookies: [] });
      }
    };
    for (const counter of Object.values(counters)) expect(await counter.during(visits)).toEqual({});
  });
});
