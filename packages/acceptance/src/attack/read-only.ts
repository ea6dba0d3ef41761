import { createClient } from 'redis';
import type { Powers } from './attack.ts';
import { asOwner } from './records.ts';

/**
 * Makes the store of an example refuse changes while it goes on answering reads, as does a Redis
 * that has lost its replicas, or a Postgres after a fail-over to a standby.
 */
export function readOnlyStore(env: Record<string, string>, namespace: string): Powers['readOnly'] {
  const { REDIS_URL: redis, MIGRATION_DATABASE_URL: postgres } = env;
  const setReplicas = async (count: number) => {
    if (!redis) return;
    const client = createClient({ url: redis });
    await client.connect();
    await client.configSet('min-replicas-to-write', String(count)); // it has none
    client.destroy();
  };
  const sayToPostgres = async (change: string) => {
    if (!postgres) return;
    const text = `${change.replace('?', `UPDATE, DELETE ON "${namespace}".session`)} app`;
    await asOwner(postgres, (client) => client.query(text));
  };
  return {
    async begin() {
      await Promise.all([setReplicas(1), sayToPostgres('REVOKE ? FROM')]);
    },
    async end() {
      await Promise.all([setReplicas(0), sayToPostgres('GRANT ? TO')]);
    },
  };
}
