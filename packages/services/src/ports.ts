import { createServer } from 'node:net';

/**
 * A TCP port of 127.0.0.1 that was free a moment ago. Somebody else may take it before it is
 * used, so callers retry when their server reports that the address is in use.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** The server could not listen because another program holds the port. */
export class PortTakenError extends Error {
  constructor(port: number) {
    super(`Port ${port} of 127.0.0.1 is in use by another program.`);
    this.name = 'PortTakenError';
  }
}
