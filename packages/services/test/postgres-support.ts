import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type QueryResult } from 'pg';
import { onTestFinished } from 'vitest';
import { startPostgres } from '../src/index.ts';
import { descendants, processEntry, startOf } from '../src/process-table.ts';

export async function privatePostgres(options?: Parameters<typeof startPostgres>[0]) {
  const postgres = await startPostgres(options);
  onTestFinished(() => postgres.close());
  return postgres;
}

/** An open connection; `lost` resolves when the server has closed it. */
export async function connect(url: string) {
  const client = new Client(url);
  const lost = new Promise<void>((resolve) => client.once('end', () => resolve()));
  client.on('error', () => undefined);
  await client.connect();
  // Not awaited: a server that is gone or frozen says no goodbye.
  onTestFinished(() => void client.end().catch(() => undefined));
  return { client, lost };
}

/** The rows of one query on a connection of its own. */
export async function ask(url: string, text: string): Promise<QueryResult['rows']> {
  const client = new Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** The first column of the first row. */
export async function value(url: string, text: string): Promise<string> {
  const [row] = await ask(url, text);
  return String(Object.values(row ?? {})[0]);
}

/** The pids of the postmaster and of every child, connections included except the one that asks. */
export async function familyOf(url: string): Promise<number[]> {
  const text = `select pid, pid = pg_backend_pid() as asks, backend_type from pg_stat_activity`;
  const rows = await ask(url, text);
  const pidWhere = (isIt: (row: QueryResult['rows'][0]) => boolean) => Number(rows.find(isIt)?.pid);
  const parent = processEntry(pidWhere((row) => row.backend_type === 'walwriter'))?.parent ?? 0;
  const asking = pidWhere((row) => row.asks);
  return [parent, ...descendants(parent).filter((pid) => pid !== asking)];
}

/** Those that still run. */
export function alive(pids: readonly number[]): number[] {
  return pids.filter((pid) => startOf(pid) !== undefined);
}

/** From outside, as a terminal that was killed in the middle of a lab leaves them. */
export function freezeAll(pids: readonly number[]): void {
  for (const pid of alive(pids)) process.kill(pid, 'SIGSTOP');
}

/** A connection whose backend computes and does not look whether its postmaster still lives. */
export async function keepBusy(url: string): Promise<number> {
  const { client } = await connect(url);
  const { rows } = await client.query('select pg_backend_pid() as pid');
  client.query('select count(*) from generate_series(1, 1e12::bigint)').catch(() => undefined);
  return Number(rows[0].pid);
}

/** The System V shared memory of the server with this data folder. */
export function segmentOf(data: string): string {
  const line = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[6] ?? '';
  return line.trim().split(/\s+/)[1] ?? '';
}

export function segments(): string[] {
  const { stdout } = spawnSync('ipcs', ['-m'], { encoding: 'utf8' });
  return stdout.split('\n').map((line) => line.trim().split(/\s+/)[1] ?? '');
}
