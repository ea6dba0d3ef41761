// What becomes of a pool whose connections lead nowhere: a failover, or a firewall that has forgotten
// them. Nobody is told; new connections work.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { startPostgres } from '@session-lab/services';
import { connectPostgres } from 'security-helpers/postgres';
import { expect, it, onTestFinished } from 'vitest';

const BUDGET_MS = 500;
const POOL = 10;

it('one connection that went silent is enough: the others are not tried one by one', async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.close());
  const line = await forgetfulLine(postgres.url);
  const pool = await connectPostgres(line.url, { budgetMs: BUDGET_MS, name: 'pool' });
  onTestFinished(() => pool.end());
  // All at once, so that each needs a connection of its own.
  const all = Array.from({ length: POOL }, () => pool.query('SELECT pg_sleep(0.1)'));
  await Promise.all(all);
  expect(pool.idleCount).toBe(POOL);

  line.forget();
  let lost = 0;
  const ask = () =>
    pool.query('SELECT 1').then(
      () => true,
      () => false,
    );
  while (!(await ask())) lost += 1;
  expect(lost).toBe(1);
  expect(await Promise.all(Array.from({ length: POOL }, ask))).not.toContain(false);
});

/** A way to a server that can stop carrying what its connections send, without a word to anybody. */
async function forgetfulLine(serverUrl: string) {
  const { hostname, port } = new URL(serverUrl);
  const pairs: [Socket, Socket][] = [];
  const server = createServer((client) => {
    const far = connect(Number(port), hostname);
    for (const socket of [client, far]) socket.on('error', () => undefined);
    client.pipe(far).pipe(client);
    pairs.push([client, far]);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of pairs.flat()) socket.destroy();
    server.close();
  });
  const url = new URL(serverUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    forget() {
      for (const [client, far] of pairs) {
        client.unpipe(far);
        far.unpipe(client);
      }
    },
  };
}
