// The process: read the settings, open the store, listen, stop gracefully.

import {
  auditLog,
  createAudit,
  limitLoad,
  listen,
  type Running,
  readConfig,
  runDirectly,
  systemClock,
} from 'security-helpers';
import { messageClasses } from 'security-helpers/express';
import { measure } from 'security-helpers/metrics';
import { createApp } from './app.ts';
import { openStore } from './store.ts';
import { createUsers } from './users.ts';

const NAME = 'hybrid';

/** Starts the server. Tests and labs give it another environment, clock, users or audit log. */
export async function start({
  env = process.env,
  clock = systemClock,
  users = createUsers(),
  log = auditLog(),
} = {}): Promise<Running> {
  const config = readConfig(env, { name: NAME, port: 3004 });
  const audit = createAudit(log, config.keys.audit);
  const opened = await measure(config, openStore(env, config, clock));
  try {
    const app = createApp({ ...opened, name: NAME, config, users, clock, audit });
    // Requests that Express need not change: half the processor time of each.
    const server = await listen(limitLoad(app, config), config, messageClasses(app));
    return {
      url: server.url,
      async close() {
        await server.close();
        await opened.close();
      },
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

await runDirectly(import.meta.url, NAME, start);
