// One instance of the app while its sessions move, as a process of its own.
import { createAudit, listen, readConfig, runDirectly, systemClock } from 'security-helpers';
import { createApp } from '../../../examples/hybrid/src/app.ts';
import { createUsers } from '../../../examples/hybrid/src/users.ts';
import { accounts } from '../chaos/accounts.ts';
import { openStore } from './moving-store.ts';

await runDirectly(import.meta.url, 'shop', async () => {
  const config = readConfig(process.env, { name: 'shop', port: 0 });
  const opened = await openStore(process.env, config, systemClock);
  const app = createApp({
    ...opened,
    name: 'shop',
    config,
    users: createUsers(await accounts()),
    clock: systemClock,
    audit: createAudit({ info: () => undefined }, config.keys.audit),
  });
  const server = await listen(app, config);
  return {
    url: server.url,
    async close() {
      await server.close();
      await opened.close();
    },
  };
});
