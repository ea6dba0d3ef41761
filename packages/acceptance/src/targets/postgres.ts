import { appRole, startPostgres } from '@session-lab/services';
import { migrate, readPostgresConfig } from 'security-helpers/postgres';
import { start } from '../../../../examples/postgres/src/server.ts';
import { openStore } from '../../../../examples/postgres/src/store.ts';
import { createUsers } from '../../../../examples/postgres/src/users.ts';
import { express } from '../mini-app/express.ts';
import type { Backend, Target } from '../target.ts';

let started: ReturnType<typeof startPostgres> | undefined;
let count = 0;

export const postgres: Target = {
  ...express,
  name: 'postgres',
  shared: true,
  start,
  openStore,
  createUsers,
  async openBackend({ durable = false } = {}): Promise<Backend> {
    // One server for all suites, a schema each; but one of its own for who wants to kill it.
    if (!durable) started ??= startPostgres();
    const service = await (durable ? startPostgres({ durable }) : started);
    if (!service) throw new Error('no Postgres');
    count += 1;
    const env = {
      DATABASE_URL: await appRole(service.url),
      MIGRATION_DATABASE_URL: service.url,
      SESSION_NAMESPACE: `suite_${count}`,
    };
    await migrate(readPostgresConfig(env), env.SESSION_NAMESPACE);
    return { env, service, close: async () => void (durable && (await service.close())) };
  },
};

/** Ends the server that the suites have shared. */
export async function closePostgres(): Promise<void> {
  await (await started)?.close();
}
