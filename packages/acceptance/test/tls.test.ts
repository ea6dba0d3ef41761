// The line to the store, with real certificates: the examples run as in production, in processes of
// their own, because Node reads NODE_EXTRA_CA_CERTS only when it starts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { appRole, type ServiceHandle, startPostgres, startRedis } from '@session-lab/services';
import pg from 'pg';
import { migrate } from 'security-helpers/postgres';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { Browser } from '../src/browser.ts';
import { newAuthority } from '../src/certificates.ts';
import { ExitedError, startServer } from '../src/server-process.ts';
import { PRODUCTION, SECRET } from '../src/target.ts';

const LIMIT = 120_000;

let folder: string;
let redis: ServiceHandle;
let postgres: ServiceHandle;
let owner: pg.Pool;
let appUrl: string;
/** Files with the certificate of the authority that has issued those of the stores, or another. */
const ca = { right: '', wrong: '' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'session-lab-tls-'));
  const [right, wrong] = await Promise.all([newAuthority(), newAuthority()]);
  for (const [name, { cert }] of Object.entries({ right, wrong })) {
    ca[name as keyof typeof ca] = join(folder, `${name}.pem`);
    writeFileSync(join(folder, `${name}.pem`), cert);
  }
  // Both are on 127.0.0.1, and nobody has certified that.
  const tls = await right.issue('localhost');
  [redis, postgres] = await Promise.all([startRedis({ tls }), startPostgres({ tls })]);
  owner = new pg.Pool({ connectionString: postgres.url });
  appUrl = await appRole(postgres.url);
  for (const name of ['postgres', 'hybrid']) {
    await migrate({ databaseUrl: appUrl, migrationUrl: postgres.url }, name);
  }
}, LIMIT);
afterAll(async () => {
  await owner?.end();
  await Promise.all([redis?.close(), postgres?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

interface Line {
  host?: string;
  authority?: keyof typeof ca;
}

const impostors: Line[] = [{ authority: 'wrong' }, { host: '127.0.0.1' }];

const toRedis = ({ host = 'localhost', authority = 'right' }: Line = {}) => ({
  REDIS_URL: `rediss://${host}:${new URL(redis.url).port}`,
  NODE_EXTRA_CA_CERTS: ca[authority],
});

function toPostgres({ host = 'localhost', authority = 'right' }: Line = {}) {
  const url = new URL(appUrl);
  url.hostname = host;
  url.search = `${new URLSearchParams({ sslmode: 'verify-full', sslrootcert: ca[authority] })}`;
  return { DATABASE_URL: url.href };
}

/** The lines of each example; the last one is broken, where one is. */
const examples: Record<string, (line?: Line) => Record<string, string>> = {
  redis: toRedis,
  koa: toRedis,
  postgres: toPostgres,
  hybrid: (line) => ({ ...toRedis(), ...toPostgres(line) }),
};

async function start(
  example: string,
  env: Record<string, string>,
  { onTestFinished }: TestContext,
) {
  const place = fileURLToPath(new URL(`../../../examples/${example}`, import.meta.url));
  const server = await startServer(place, {
    SESSION_SECRET: SECRET,
    STORE_DEADLINE_MS: '10000',
    ...PRODUCTION.env,
    ...env,
  });
  onTestFinished(() => server.kill());
  return server;
}

/** Why it did not start. */
async function refusal(...args: Parameters<typeof start>): Promise<ExitedError> {
  const outcome = await start(...args).catch((error: unknown) => error);
  if (outcome instanceof ExitedError) return outcome;
  throw new Error('it started');
}

const browse = (url: string) =>
  new Browser(url, { seenAs: PRODUCTION.origin, headers: PRODUCTION.headers });

describe.concurrent.each(Object.keys(examples))('%s', { timeout: LIMIT }, (example) => {
  const lines = examples[example] ?? toRedis;

  it('#62 over a line that is encrypted and checked, everything works', async (test) => {
    const server = await start(example, lines(), test);
    const browser = browse(server.url);
    expect((await browser.logIn()).status).toBe(200);
    expect((await browser.get('/profile')).json.user?.id).toBe('user-1');
    expect((await browser.post('/cart', { item: 'apple' })).status).toBe(200);
    expect((await browser.post('/logout')).status).toBe(204);
    expect((await browser.get('/profile')).status).toBe(401);
    const { json } = await browser.get('/readyz');
    if (example === 'hybrid') expect(json).toMatchObject({ postgres: 'up', redis: 'up' });
    // Redis has no other port; Postgres says how its clients came in.
    const { rows } = await owner.query(
      `SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
       WHERE application_name = $1`,
      [example],
    );
    expect(rows).toEqual('DATABASE_URL' in lines() ? [{ ssl: true }] : []);
  });

  it('#62 a store certified by another authority, or for another name, gets no word from us', async (test) => {
    const refusals = impostors.map((line) => refusal(example, lines(line), test));
    for (const { exitCode, output } of await Promise.all(refusals)) {
      expect(exitCode).toBe(69);
      const said = output.trim().split('\n');
      expect(said.pop()).toMatch(
        /^(Redis|Postgres) at \S+ cannot be reached \(.*certificate.*\): start it, or set /,
      );
      expect(said.map((text) => text.replace(/ for \S+ at \S+/, ''))).toEqual(
        [1, 2, 3, 4].map((attempt) => `Waiting (${attempt} of 5) …`),
      );
      expect(output).not.toContain(new URL(appUrl).password);
    }
  });

  it('#62 a line to another machine without TLS is refused at once, in one sentence', async (test) => {
    const plain = { REDIS_URL: 'redis://app:hunter2@store.example' };
    const plainRows = { DATABASE_URL: 'postgres://app:hunter2@store.example/shop' };
    const rows = 'DATABASE_URL' in lines();
    const env = { ...lines(), ...(rows ? plainRows : plain) };
    const { exitCode, output } = await refusal(example, env, test);
    expect(exitCode).toBe(78);
    expect(output).toMatch(rows ? /^DATABASE_URL must say [^\n]+\n$/ : /^REDIS_URL must [^\n]+\n$/);
    expect(output).not.toMatch(/hunter2|store\.example/);
  });
});

describe.concurrent('hybrid', { timeout: LIMIT }, () => {
  it('#62 a Redis certified by another authority, or for another name, holds no copy: Postgres alone serves', async (test) => {
    const starting = impostors.map((line) =>
      start('hybrid', { ...toPostgres(), ...toRedis(line) }, test),
    );
    for (const server of await Promise.all(starting)) {
      const browser = browse(server.url);
      expect((await browser.logIn()).status).toBe(200);
      expect((await browser.get('/profile')).status).toBe(200);
      expect((await browser.get('/readyz')).json).toMatchObject({ postgres: 'up', redis: 'down' });
      expect(server.output()).toMatch(/Redis at .* cannot be reached .*certificate.*Going on with/);
    }
  });
});
