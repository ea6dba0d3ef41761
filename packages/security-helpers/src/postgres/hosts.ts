import pg from 'pg';
import { withoutCredentials } from '../first-connection.ts';

// Of what stands between `//` and the path, everything up to the last @ is user and password.
const PARTS = /^(postgres(?:ql)?:\/\/(?!\/)(?:[^/?#]*@)?)([^/?#]*)(.*)$/;

/**
 * One URL for each host of a connection URL, as libpq reads several (node-postgres reads one):
 * `postgres://app:…@a:5432,b:5432/shop?target_session_attrs=read-write` names a primary and its
 * standby, whichever is which at the moment.
 *
 * @throws TypeError, without the URL, when it is none.
 */
export function urlsOf(url: string): [string, ...string[]] {
  const [, before = '', hosts = '', after = ''] = PARTS.exec(url) ?? [];
  const [first = '', ...others] = hosts.split(',').map((host) => `${before}${host}${after}`);
  const isWhole = others.length === 0 || hosts.split(',').every(Boolean);
  if (!before || !isWhole || ![first, ...others].every((each) => URL.canParse(each))) {
    throw new TypeError('not a Postgres URL');
  }
  return [first, ...others];
}

/** Where it is, as it may be shown: neither user nor password. */
export function hostsOf(url: string): string {
  return urlsOf(url).map(withoutCredentials).join(' or ');
}

/** Whether only a host that takes writes will do. */
export function mustWrite(url: string): boolean {
  return new URL(urlsOf(url)[0]).searchParams.has('target_session_attrs');
}

/** @throws Error when this connection leads to a standby, or to a server that was made read-only. */
export async function requireWriter(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<Record<string, string>>('SHOW transaction_read_only');
  if (rows[0]?.['transaction_read_only'] !== 'off') throw new Error('it takes no writes');
}

/**
 * One connection, to the first of the hosts that will do.
 *
 * @throws Error why the last one would not.
 */
export async function connectToWriter(url: string): Promise<pg.Client> {
  let last: unknown;
  for (const connectionString of urlsOf(url)) {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000 });
    client.on('error', () => undefined); // the query that suffers from it rejects
    try {
      await client.connect();
      if (mustWrite(url)) await requireWriter(client);
      return client;
    } catch (error) {
      last = error;
      await client.end();
    }
  }
  throw last;
}
