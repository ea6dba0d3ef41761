import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { Client } from 'pg';
import { createClient } from 'redis';
import { run } from '../../services/src/commands.ts';
import type { Stores } from './servers.ts';

/** The machine that a run was made on, as far as it matters. */
export interface System {
  os: string;
  cpu: string;
  cores: number;
  memoryGb: number;
  /** How many files a process may have open; null for no limit, or where that cannot be read. */
  openFiles: number | null;
  /** Of the last minute, before the run. */
  load: number;
  /** Whether cores are slowed down to save power; null where that cannot be read. */
  governor: string | null;
  versions: Record<string, string>;
}

const LIBRARIES = [
  'autocannon',
  'express',
  'express-session',
  'connect-redis',
  'connect-pg-simple',
  'koa',
  'koa-session',
  'iron-session',
  'redis',
  'pg',
];

export async function lookAtSystem(): Promise<System> {
  return {
    os: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    openFiles: await openFiles(),
    load: loadavg()[0] ?? 0,
    governor: await governor(),
    versions: { node: process.versions.node, ...libraryVersions() },
  };
}

/** What about this system makes numbers worse than they need be. */
export function doubts(
  { cores, load, governor, openFiles }: System,
  connections: number,
): string[] {
  const needed = connections + 100; // and what else a process has open
  return [
    ...(cores < 3
      ? [
          `${cores === 1 ? 'One core' : 'Two cores'}: load, server and store take turns. Ratios ` +
            'hold better than numbers of requests.',
        ]
      : []),
    ...(load > cores / 4
      ? [
          `Other programs run: a load of ${load.toFixed(1)} on ${cores} cores. Expect a wide spread.`,
        ]
      : []),
    ...(governor !== null && governor !== 'performance'
      ? [`The power governor is "${governor}": cores may run slower than they could.`]
      : []),
    ...(openFiles !== null && openFiles < needed
      ? [`A process may open ${openFiles} files only; ${needed} are needed: ulimit -n ${needed}`]
      : []),
  ];
}

export async function storeVersions({
  redisUrl,
  ownerUrl,
}: Pick<Stores, 'redisUrl' | 'ownerUrl'>): Promise<Record<string, string>> {
  const redis = createClient({ url: redisUrl });
  redis.on('error', () => undefined); // the command below gets it, too
  const postgres = new Client({ connectionString: ownerUrl });
  await Promise.all([redis.connect(), postgres.connect()]);
  try {
    const [, version = ''] = /redis_version:(\S+)/.exec(await redis.info('server')) ?? [];
    const { rows } = await postgres.query<{ server_version: string }>('SHOW server_version');
    return { 'Redis server': version, 'Postgres server': rows[0]?.server_version ?? '' };
  } finally {
    redis.destroy();
    await postgres.end();
  }
}

/** What a process has used of the cores so far, in milliseconds; undefined where unknown. */
export async function cpuMs(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // After the name, which may hold anything: utime and stime are fields 14 and 15 of proc(5).
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields?.[11]) + Number(fields?.[12]);
  return Number.isNaN(ticks) ? undefined : ticks * MS_PER_TICK;
}

const MS_PER_TICK = 10; // 100 a second on every Linux that Node runs on

async function openFiles(): Promise<number | null> {
  const { stdout } = await run('sh', ['-c', 'ulimit -n'], { limitMs: 5000 });
  return /^\d+\s*$/.test(stdout) ? Number(stdout) : null;
}

async function governor(): Promise<string | null> {
  const file = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor';
  const text = await readFile(file, 'utf8').catch(() => null);
  return text?.trim() ?? null;
}

function libraryVersions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  return Object.fromEntries(
    LIBRARIES.map((name) => {
      // Most export no package.json, so that it cannot be asked for by that name.
      const files = require.resolve.paths(name)?.map((path) => `${path}/${name}/package.json`);
      const file = files?.find((path) => existsSync(path));
      return [name, file ? JSON.parse(readFileSync(file, 'utf8')).version : 'unknown'];
    }),
  );
}
