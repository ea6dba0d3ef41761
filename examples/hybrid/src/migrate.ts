// `npm run migrate`: makes the tables, or brings them up to date, as their owner.

import { readNamespace, runTask } from 'security-helpers';
import { migrate, readPostgresConfig } from 'security-helpers/postgres';

await runTask(import.meta.url, async () => {
  const namespace = readNamespace(process.env, 'hybrid');
  const run = await migrate(readPostgresConfig(process.env), namespace);
  return run.length > 0 ? `Migrated: ${run.join(', ')}.` : 'Nothing to migrate.';
});
