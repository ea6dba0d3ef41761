// `npm run end-sessions`: ends every session there is. For after a restore of the database from a
// backup: what was ended since then is in it again.

import { setTimeout as wait } from 'node:timers/promises';
import { readConfig, runTask } from 'security-helpers';
import { endAllSessions, readPostgresConfig } from 'security-helpers/postgres';

await runTask(import.meta.url, async () => {
  const { namespace, hybridHotMs } = readConfig(process.env, { name: 'hybrid', port: 0 });
  const ended = await endAllSessions(readPostgresConfig(process.env), namespace);
  console.log(
    `${ended} ended. Redis may have copies for another ${hybridHotMs / 1000} s: waiting …`,
  );
  await wait(hybridHotMs);
  return 'No session is left.';
});
