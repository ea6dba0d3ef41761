// What is under a session's key, read past the example: on a connection of the lab's own.
import { Client } from 'pg';
import { createClient, RESP_TYPES } from 'redis';
import { open, type SealKey } from 'security-helpers';
import { unpack } from 'security-helpers/redis-client';
import type { Kept } from './api.ts';
import { inTime, patience } from './commands.ts';

/** A store that can be looked into. */
export interface Place {
  /** `in Redis` */
  readonly where: string;
  /** What is there under this key. @param key the SHA-256 of the session's id. */
  look(key: string): Promise<Kept>;
  /** How many sessions there are; null while it does not answer. */
  count(): Promise<number | null>;
}

/** @param prefix of the keys. @param seal the keys that open what is there. */
export function placeInRedis(
  url: string,
  prefix: string,
  seal: readonly SealKey[],
  where = 'in Redis',
): Place {
  const create = () => {
    const client = createClient({ url, socket: { connectTimeout: 500, reconnectStrategy: false } });
    client.on('error', () => undefined); // whoever waits for the answer gets it, too
    return client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  };
  const within = async <T>(work: (client: ReturnType<typeof create>) => Promise<T>) => {
    const client = create();
    try {
      return await inTime(client.connect().then(() => work(client)));
    } finally {
      client.destroy();
    }
  };
  return {
    where,
    async look(key) {
      const place = `${prefix}${key}`;
      const answer = await within((client) =>
        Promise.all([client.get(place), client.pTTL(place), client.info('server')]),
      );
      if (!answer) return silent(place);
      const [found, ttlMs, info] = answer;
      if (!found) return gone(place);
      const { bytes: record, note } = withoutRunId(found, String(info));
      return kept(place, key, record, { ttlMs: Math.max(0, Number(ttlMs)), note }, seal);
    },
    async count() {
      const keys = within(async (client) => {
        let count = 0;
        const options = { MATCH: `${prefix}*`, COUNT: 1000 };
        for await (const some of client.scanIterator(options)) count += some.length;
        return count;
      });
      return (await keys) ?? null;
    },
  };
}

/** A copy of hybrid begins with the process that it was given to: no other believes it. */
function withoutRunId(found: Buffer, info: string): { bytes: Buffer; note: string | null } {
  const text = found.toString('latin1');
  const [owner, runId] = /^([0-9a-f]{40}):/.exec(text) ?? [];
  if (!owner) return { bytes: found, note: null };
  const isOwn = info.includes(`run_id:${runId}`);
  const note = isOwn
    ? 'A copy, believed by this Redis process only.'
    : 'A copy of an earlier Redis process: nobody believes it any more.';
  return { bytes: found.subarray(owner.length), note };
}

/** @param url of the server, as somebody who may read the table. */
export function placeInPostgres(url: string, schema: string, seal: readonly SealKey[]): Place {
  const table = `"${schema}".session`;
  const ask = async <Row extends object>(text: string, values: string[] = []) => {
    const client = new Client({ connectionString: url, ...patience });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Row>(`/* lab page */ ${text}`, values)).rows;
    } catch {
      return undefined;
    } finally {
      client.end().catch(() => undefined);
    }
  };
  return {
    where: 'in Postgres',
    async look(key) {
      const place = `${schema}.session, sid = ${key}`;
      const rows = await ask<{ sess: Buffer; ttlMs: number }>(
        `SELECT sess, extract(epoch FROM expire - now())::float8 * 1000 AS "ttlMs"
         FROM ${table} WHERE sid = $1`,
        [key],
      );
      if (!rows) return silent(place);
      const [row] = rows;
      if (!row) return gone(place);
      const note = row.ttlMs <= 0 ? 'Its time is up: the next prune removes it.' : null;
      return kept(place, key, row.sess, { ttlMs: Math.max(0, row.ttlMs), note }, seal);
    },
    async count() {
      const text = `SELECT count(*)::int AS held FROM ${table} WHERE expire > now()`;
      return (await ask<{ held: number }>(text))?.[0]?.held ?? null;
    },
  };
}

/** Looks into a process that keeps its sessions itself. */
export function placeInProcess(
  ask: (key: string) => Promise<{ record: string | null; held: number } | undefined>,
  seal: readonly SealKey[],
): Place {
  return {
    where: 'in the memory of the process',
    async look(key) {
      const place = `a Map in the process, ${key}`;
      const answer = await inTime(ask(key));
      if (!answer) return silent(place);
      if (answer.record === null) return gone(place);
      return kept(place, key, Buffer.from(answer.record), { ttlMs: null, note: null }, seal);
    },
    count: async () => (await inTime(ask('')))?.held ?? null,
  };
}

const nothing = { sealed: null, opened: null, note: null, ttlMs: null };
const silent = (place: string): Kept => ({ place, found: null, ...nothing });
const gone = (place: string): Kept => ({ place, found: false, ...nothing });

function kept(
  place: string,
  key: string,
  bytes: Buffer,
  { ttlMs, note }: Pick<Kept, 'ttlMs' | 'note'>,
  seal: readonly SealKey[],
): Kept {
  const envelope = unpack(bytes);
  const [version = '', keyId = '', nonce = '', text = ''] = envelope.split('.');
  if (version !== 'v1') {
    const what = envelope.startsWith('lease:') ? 'A lease: a copy is being made.' : 'No record.';
    return { place, found: true, ...nothing, ttlMs, note: what };
  }
  const opened = open(envelope, key, seal);
  return {
    place,
    found: true,
    sealed: { version, key: keyId, nonce, text, bytes: bytes.length },
    opened: opened.ok ? JSON.parse(opened.text) : null,
    note: note ?? (opened.ok ? null : `It does not open: ${opened.reason}.`),
    ttlMs,
  };
}
