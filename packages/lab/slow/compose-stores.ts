// The stores of docker-compose.yml without Docker: real ones, with its users, roles and rights.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { type ServiceHandle, startPostgres, startRedis } from '@session-lab/services';
import pg from 'pg';
import { createClient } from 'redis';
import { root } from '../src/folders.ts';
import { services, withValues } from '../test/compose-file.ts';

export type Values = Record<string, string>;

/** What `npm run compose:env` writes. */
export function freshValues(): Values {
  const folder = mkdtempSync(join(tmpdir(), 'session-lab-compose-'));
  try {
    const file = join(folder, '.env');
    spawnSync(process.execPath, [join(root, 'scripts/compose-env.mjs'), file]);
    return parseEnv(readFileSync(file, 'utf8')) as Values;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The users on the command line of Redis: name and rules, as for ACL SETUSER. */
export function redisUsers(values: Values): string[][] {
  const words = services['redis']?.command?.map((word) => withValues(word, values)) ?? [];
  const starts = words.flatMap((word, index) => (word === '--user' ? [index + 1] : []));
  return starts.map((start) => {
    const end = words.findIndex((word, index) => index >= start && word.startsWith('--'));
    return words.slice(start, end === -1 ? undefined : end);
  });
}

/** A private Redis with those users. */
export async function startComposeRedis(values: Values): Promise<ServiceHandle> {
  const redis = await startRedis();
  const admin = await createClient({ url: redis.url }).connect();
  for (const user of redisUsers(values)) await admin.sendCommand(['ACL', 'SETUSER', ...user]);
  admin.destroy();
  return redis;
}

/** A private Postgres after docker/roles.sql. */
export async function startComposePostgres(values: Values): Promise<ServiceHandle> {
  // The image runs that file as a superuser, which there is none of here.
  const settings = { createrole_self_grant: 'set, inherit' };
  const postgres = await startPostgres({ settings });
  const environment = services['postgres']?.environment ?? {};
  const variables: Values = {};
  const sql = readFileSync(join(root, 'docker/roles.sql'), 'utf8')
    .replace(/^\\getenv (\w+) (\w+)\n/gm, (_, name: string, variable: string) => {
      variables[name] = withValues(String(environment[variable]), values);
      return '';
    })
    .replace(/:'(\w+)'/g, (_, name: string) => pg.escapeLiteral(variables[name] ?? ''));
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  try {
    // One by one: a database cannot be made in a transaction.
    for (const statement of sql.split(/;\n/)) await admin.query(statement);
  } finally {
    await admin.end();
  }
  return postgres;
}

/** An environment of docker-compose.yml, with the stores where they really are. */
export function pointedAt(env: Values, stores: Partial<Record<string, ServiceHandle>>): Values {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => {
      const [, host, store = ''] = /@((\w+):\d+)/.exec(value) ?? [];
      const url = stores[store]?.url;
      return [name, url && host ? value.replace(host, new URL(url).host) : value];
    }),
  );
}
