import { Client } from 'pg';
import { createClient, RESP_TYPES } from 'redis';

export interface StoredRecord {
  /** Of several stores, which: a record fits only where it comes from. */
  place: string;
  key: string;
  /** Byte by byte: what is no text is not to become another record on its way. */
  value: string;
}

/** What is in a store, past the application. */
export interface Records {
  dump(): Promise<StoredRecord[]>;
  write(place: string, key: string, value: string): Promise<void>;
}

/** Those of a store in this process. */
export function recordsOf(map: Map<string, string>): Records {
  return {
    dump: async () => [...map].map(([key, value]) => ({ place: 'memory', key, value })),
    write: async (_place, key, value) => void map.set(key, value),
  };
}

/** Those of an example, wherever it keeps them. */
export function recordsIn(env: Record<string, string>, namespace: string): Records {
  const { REDIS_URL: redis, MIGRATION_DATABASE_URL: postgres } = env;
  const places: Record<string, Records> = {
    ...(redis && { redis: inRedis(redis, namespace) }),
    ...(postgres && { postgres: inPostgres(postgres, namespace) }),
  };
  return {
    dump: async () => (await Promise.all(Object.values(places).map((each) => each.dump()))).flat(),
    async write(place, key, value) {
      await places[place]?.write(place, key, value);
    },
  };
}

function inRedis(url: string, namespace: string): Records {
  const connect = () => createClient({ url }).connect();
  const within = async <T>(work: (client: Awaited<ReturnType<typeof connect>>) => Promise<T>) => {
    const client = await connect();
    return work(client).finally(() => client.destroy());
  };
  return {
    dump: () =>
      within(async (client) => {
        const bytes = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
        const found: StoredRecord[] = [];
        for (const key of await client.keys(`${namespace}:*`)) {
          const isText = (await client.type(key)) === 'string';
          const value = (isText && (await bytes.get(key))) || Buffer.of();
          found.push({ place: 'redis', key, value: value.toString('latin1') });
        }
        return found;
      }),
    write: (_place, key, value) =>
      within(async (client) => {
        await client.set(key, Buffer.from(value, 'latin1'), { expiration: 'KEEPTTL' });
      }),
  };
}

function inPostgres(url: string, namespace: string): Records {
  return {
    dump: () =>
      asOwner(url, async (client) => {
        const { rows } = await client.query<{ sid: string; sess: Buffer }>(
          `SELECT sid, sess FROM "${namespace}".session`,
        );
        const latin1 = (sess: Buffer) => sess.toString('latin1');
        return rows.map(({ sid, sess }) => ({ place: 'postgres', key: sid, value: latin1(sess) }));
      }),
    write: (_place, key, value) =>
      asOwner(url, async (client) => {
        const text = `UPDATE "${namespace}".session SET sess = $2 WHERE sid = $1`;
        await client.query(text, [key, Buffer.from(value, 'latin1')]);
      }),
  };
}

/** Runs something on a connection of its own. */
export async function asOwner<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return work(client).finally(() => client.end());
}
