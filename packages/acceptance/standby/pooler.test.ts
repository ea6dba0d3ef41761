// The whole HTTP contract of the postgres example, with PgBouncer in between, in transaction mode.
import { startPgbouncer } from '@session-lab/services';
import pg from 'pg';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Browser } from '../src/browser.ts';
import { contract } from '../src/contract/index.ts';
import { type Backend, launch } from '../src/target.ts';
import { closePostgres, postgres } from '../src/targets/postgres.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let pooler: ReturnType<typeof startPgbouncer> | undefined;

async function openBackend(options?: Parameters<typeof postgres.openBackend>[0]): Promise<Backend> {
  const backend = await postgres.openBackend(options);
  const own = options?.durable === true;
  if (!own) pooler ??= startPgbouncer(urlIn(backend));
  const started = (own ? undefined : pooler) ?? startPgbouncer(urlIn(backend));
  const { url, close } = await started;
  return {
    ...backend,
    env: { ...backend.env, DATABASE_URL: url, POSTGRES_PREPARED: '0' },
    close: async () => {
      if (own) await close();
      await backend.close();
    },
  };
}

const urlIn = ({ env }: Backend) => env['DATABASE_URL'] ?? '';

afterAll(async () => {
  await (await pooler)?.close();
  await closePostgres();
});

it('control: a statement with a name does not survive a pooler in transaction mode', async () => {
  const backend = await openBackend();
  const clients = Array.from({ length: 12 }, () => new pg.Client(urlIn(backend)));
  onTestFinished(async () => void (await Promise.all(clients.map((client) => client.end()))));
  for (const client of clients) await client.connect();
  const named = { name: 'who', text: 'SELECT pg_backend_pid() AS pid, pg_sleep(0.01)' };
  const answers = async (statement: typeof named | Pick<typeof named, 'text'>) => {
    const all = await Promise.allSettled(clients.map((client) => client.query(statement)));
    return all.flatMap((each) => (each.status === 'fulfilled' ? [each.value.rows[0].pid] : []));
  };
  const nameless = await answers({ text: named.text });
  expect(nameless).toHaveLength(clients.length);
  expect(new Set(nameless).size).toBeLessThan(clients.length); // they do share connections
  expect((await answers(named)).length).toBeLessThan(clients.length);
});

it('control: so POSTGRES_PREPARED=0 is needed, or sessions are lost there', async () => {
  const backend = await openBackend();
  /** Of so many who log in at the same time and look, how many see their session. */
  const seen = async (POSTGRES_PREPARED: string) => {
    const app = await launch(postgres, backend, { env: { POSTGRES_PREPARED } });
    onTestFinished(() => app.close());
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const browser = new Browser(app.url);
        await browser.logIn();
        return (await browser.get('/profile')).status;
      }),
    );
    return statuses.filter((status) => status === 200).length;
  };
  expect(await seen('0')).toBe(12);
  expect(await seen('1')).toBeLessThan(12);
});

it('a pooler that is killed is 503, and back when it is back', async () => {
  const backend = await postgres.openBackend();
  const own = await startPgbouncer(urlIn(backend));
  const env = { DATABASE_URL: own.url, POSTGRES_PREPARED: '0' };
  const app = await launch(postgres, backend, { env });
  onTestFinished(async () => {
    await app.close();
    await own.close();
  });
  const browser = new Browser(app.url);
  await browser.logIn();
  await own.kill();
  expect((await browser.get('/profile')).status).toBe(503);
  await own.restart();
  expect((await browser.get('/profile')).status).toBe(200);
});

describe('behind PgBouncer', () => contract({ ...postgres, openBackend }));
