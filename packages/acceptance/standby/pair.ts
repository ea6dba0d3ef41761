// A primary and its standby, with the tables of an example, and instances of it that know both.
import { fileURLToPath } from 'node:url';
import { appRole, openLine, startPostgres, startRedis, startStandby } from '@session-lab/services';
import { migrate } from 'security-helpers/postgres';
import type { AuditRow } from '../chaos/history.ts';
import { asOwner } from '../src/attack/records.ts';
import { bothHosts } from '../src/both-hosts.ts';
import { startServer } from '../src/server-process.ts';
import { NO_LIMITS, SECRET } from '../src/target.ts';

/** Short, so that its end is seen. */
export const HOT_SECONDS = 4;
export const BUDGET_MS = 1000;
const HERE = fileURLToPath(new URL('../chaos/', import.meta.url));

/** Each commit waits until the standby has it on its disk. */
export const SYNCHRONOUS = { synchronous_standby_names: '*', synchronous_commit: 'on' };

export type Pair = Awaited<ReturnType<typeof openPair>>;

/** @param settings of the primary; asynchronous replication, unless they say otherwise. */
export async function openPair(example: string, settings: Readonly<Record<string, string>> = {}) {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const each of closing.reverse()) await each();
  };
  const open = async <Part extends { close(): Promise<void> }>(opened: Promise<Part>) => {
    const part = await opened;
    closing.push(() => part.close());
    return part;
  };
  try {
    const redis = example === 'hybrid' ? await open(startRedis()) : undefined;
    const primary = await open(startPostgres({ settings }));
    /** What the standby hears, and how soon. */
    const replication = await open(openLine(primary.url));
    const standby = await open(startStandby(primary, { by: replication.url }));
    const app = await appRole(primary.url);
    const databaseUrl = bothHosts(app, standby.url);
    await migrate({ databaseUrl, migrationUrl: primary.url }, example);
    const env = {
      ...NO_LIMITS,
      EXAMPLE: example,
      SESSION_SECRET: SECRET,
      SESSION_NAMESPACE: example,
      STORE_DEADLINE_MS: String(BUDGET_MS),
      HYBRID_HOT_SECONDS: String(HOT_SECONDS),
      ...(redis && { REDIS_URL: redis.url }),
    };
    return {
      primary,
      standby,
      replication,
      /** The URL of one of both for the role of the app. */
      appUrlOf: (server: { url: string }) => app.replace(hostOf(app), hostOf(server.url)),
      /** Starts an instance that knows both, unless told otherwise. */
      async start(DATABASE_URL = databaseUrl, more: Record<string, string> = {}) {
        const settings = { ...env, DATABASE_URL, ...more };
        const instance = await startServer(HERE, settings, 'instance.ts');
        closing.push(() => instance.kill());
        return instance;
      },
      untilCaughtUp: standby.untilCaughtUp,
      audit: () =>
        asOwner(standby.url, async (owner) => {
          const text = `SELECT sid AS key, event FROM ${example}.session_audit ORDER BY id`;
          return (await owner.query<AuditRow>(text)).rows;
        }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const hostOf = (url: string) => new URL(url).host;
