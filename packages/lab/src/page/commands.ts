// What a store is asked for while something is done. Nothing is reset and nothing kept: others who
// use the same store are neither disturbed nor counted.
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { createClient } from 'redis';

const PATIENCE_MS = 500;

/** Resolves with what was asked while `work` was done; undefined where nobody could look. */
export type Watch = <T>(work: () => Promise<T>) => Promise<[T, string[] | undefined]>;

/**
 * The commands that concern keys of this namespace, by `MONITOR`. What a script calls stands in
 * brackets behind it: `EVAL (GET SET)` is one command that was sent.
 */
export function watchRedis(url: string, namespace: string): Watch {
  return async (work) => {
    const socket = { connectTimeout: PATIENCE_MS, reconnectStrategy: false } as const;
    const monitor = createClient({ url, socket });
    const speaker = createClient({ url, socket });
    monitor.on('error', () => undefined); // gone in the middle: then nobody could look
    speaker.on('error', () => undefined);
    const lines: string[] = [];
    try {
      const started = Promise.all([monitor.connect(), speaker.connect()]).then(() =>
        monitor.monitor((line) => void lines.push(String(line))),
      );
      const isWatching = await inTime(started.then(() => true));
      const done = await work();
      if (!isWatching) return [done, undefined];
      // What was done before this is shown before it, too.
      const last = randomBytes(8).toString('hex');
      speaker.echo(last).catch(() => undefined);
      const isSeen = () => lines.some((line) => line.includes(last));
      for (let tries = 0; tries < 40 && !isSeen(); tries += 1) await wait(10);
      return [done, isSeen() ? readMonitor(lines, namespace) : undefined];
    } finally {
      monitor.destroy();
      speaker.destroy();
    }
  };
}

// `1700000000.1 [0 127.0.0.1:4711] "GET" "redis:session:…"`; within a script `[0 lua]`.
const MONITORED = /\[\d+ (\S+)\] "(\w+)"(.*)$/;

/** The lines of `MONITOR`, as they are written in docs/commands.md. */
export function readMonitor(lines: readonly string[], namespace: string): string[] {
  const commands: { name: string; calls: string[] }[] = [];
  let isInScript = false;
  for (const line of lines) {
    const [, from = '', name = '', rest = ''] = MONITORED.exec(line) ?? [];
    if (from === 'lua') {
      if (isInScript) commands.at(-1)?.calls.push(name.toUpperCase());
      continue;
    }
    isInScript = rest.includes(`"${namespace}:`);
    if (isInScript) commands.push({ name: name.toUpperCase(), calls: [] });
  }
  return commands.map(({ name, calls }) => (calls.length ? `${name} (${calls.join(' ')})` : name));
}

/**
 * The statements that concern tables of this schema, by `pg_stat_statements`: `SELECT session`.
 *
 * @param url of the server, as its owner.
 */
export function watchPostgres(url: string, schema: string): Watch {
  return async (work) => {
    const client = new Client({ connectionString: url, ...patience });
    client.on('error', () => undefined);
    const before = await client
      .connect()
      .then(() => countStatements(client, schema))
      .catch(() => undefined);
    const done = await work();
    try {
      if (!before) return [done, undefined];
      const look = () => countStatements(client, schema).then((after) => newIn(before, after));
      const first = await look();
      if (first.length > 0) return [done, first];
      await wait(20); // what was carried out just now may not be counted yet
      return [done, await look()];
    } catch {
      return [done, undefined]; // it has gone meanwhile
    } finally {
      client.end().catch(() => undefined);
    }
  };
}

export const patience = { connectionTimeoutMillis: PATIENCE_MS, query_timeout: PATIENCE_MS };

async function countStatements(client: Client, schema: string): Promise<Map<string, number>> {
  const { rows } = await client.query<{ text: string; calls: number }>(
    `SELECT query AS text, sum(calls)::int AS calls FROM pg_stat_statements
     WHERE query LIKE $1 AND query NOT LIKE '%pg_stat_statements%' AND query NOT LIKE '%lab page%'
     GROUP BY query`,
    [`%"${schema}".%`],
  );
  return new Map(rows.map(({ text, calls }) => [text, calls]));
}

function newIn(before: Map<string, number>, after: Map<string, number>): string[] {
  return [...after].flatMap(([text, calls]) =>
    Array.from({ length: calls - (before.get(text) ?? 0) }, () => shortStatement(text)),
  );
}

/** The verb and the table. */
export function shortStatement(text: string): string {
  const [, verb = text] = /^\s*(\w+)/.exec(text) ?? [];
  const [, table = ''] = /"\.("?\w+"?)/.exec(text) ?? [];
  return `${verb.toUpperCase()} ${table.replaceAll('"', '')}`.trim();
}

/** Undefined when it fails, or takes longer than one wants to wait. */
export async function inTime<T>(promise: Promise<T>, ms = PATIENCE_MS): Promise<T | undefined> {
  promise.catch(() => undefined);
  return Promise.race([promise, wait(ms, undefined)]).catch(() => undefined);
}
