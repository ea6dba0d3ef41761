import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Who logs in, as in the examples. No password: that is not what is measured. */
export const user = {
  id: 'user-1',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  roles: ['member'],
};

/** Listens as the examples do, and says where. */
export function serve(listener: RequestListener): void {
  const server = createServer(listener);
  server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    console.log(`listening on http://127.0.0.1:${port}`);
  });
}
