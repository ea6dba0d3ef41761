// The process: read the settings, open the store, listen, stop gracefully.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import { readSecrets } from './secrets.ts';
import { openStore } from './store.ts';
import { createUsers } from './users.ts';

const { env } = process;
const secrets = readSecrets(env);
const { store, close } = await openStore(env);

// The checks turn the clock, the store's too: nobody wants to wait for half an hour.
let aheadMs = 0;
const { now } = Date;
Date.now = () => now() + aheadMs;
process.on('message', ({ advanceMs }: { advanceMs: number }) => {
  aheadMs += advanceMs;
  process.send?.({ aheadMs });
});

const app = createApp({
  store,
  secrets,
  production: env['NODE_ENV'] === 'production',
  users: createUsers(),
  now: () => Date.now(),
  async askSupplier(item) {
    const url = env['SUPPLIER_URL'];
    if (url) await fetch(`${url}/${encodeURIComponent(item)}`);
  },
});

const server = createServer(app).listen(Number(env['PORT'] ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

process.once('SIGTERM', stop).once('SIGINT', stop);
function stop() {
  server.close(async () => {
    await close();
    process.exit();
  });
  server.closeIdleConnections();
}
