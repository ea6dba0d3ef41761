import { existsSync, realpathSync } from 'node:fs';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Something this server cannot do without is not to be had. Its message is one sentence. */
export class UnavailableError extends Error {
  override name = 'UnavailableError';
  /** EX_UNAVAILABLE of sysexits.h. */
  readonly exitCode = 69;
}

/** A server that answers, and the way to end it. */
export interface Running {
  url: string;
  close(): Promise<void>;
}

const STOP_LIMIT_MS = 10_000;

const CONNECTIONS: ServerOptions = {
  // A proxy or browser that sends a request just when the server hangs up gets a reset instead of an
  // answer. Common proxies keep connections for a minute: the server must not be the first.
  keepAliveTimeout: 65_000,
  // From a connection's first byte, or from its beginning: who sends headers drop by drop, or opens
  // connections and says nothing, gives way (Slowloris). Node's own limit is a minute.
  headersTimeout: 20_000,
  // With the body, which has 16 KiB at most; Node's own limit is five minutes.
  requestTimeout: 30_000,
  // How often Node looks whether one of the two is over.
  connectionsCheckingInterval: 5_000,
};

/** Each answer may be the last of its connection. Here none is: a new connection costs more. */
const MAX_REQUESTS_PER_SOCKET = 0;

/**
 * Connections that the kernel takes while the event loop is busy; what goes beyond is dropped, and
 * tries again a second later. Node asks for 511; the kernel has a limit of its own (somaxconn).
 */
const BACKLOG = 4096;

/**
 * Listens. Resolves once requests are answered.
 *
 * @param options.port 0 for any free one. @param options.setting what sets it, for the error.
 * @param classes what requests and responses are made of; Node's own unless given.
 * @throws UnavailableError when the address is taken or not allowed.
 */
export async function listen(
  handler: RequestListener,
  options: { port: number; host: string; setting?: string },
  classes: Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> = {},
): Promise<Running> {
  const server = createServer({ ...CONNECTIONS, ...classes }, handler);
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_SOCKET;
  // Browsers open connections ahead of need. Node counts one without a request as busy for ever.
  const unused = new Set<Socket>();
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, options)));
    server.listen({ port: options.port, host: options.host, backlog: BACKLOG }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `http://${host}:${port}`, close: () => close(server, unused) };
}

function explain(
  error: NodeJS.ErrnoException,
  { port, host, setting = 'PORT' }: { port: number; host: string; setting?: string },
) {
  if (error.code === 'EADDRINUSE') {
    return new UnavailableError(
      `Port ${port} on ${host} is taken: stop what listens there, or set ${setting} to another.`,
    );
  }
  const notHere = ['EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'];
  if (notHere.includes(error.code ?? '')) {
    return new UnavailableError(
      `Listening on ${host}, port ${port}, is not possible here: set HOST and ${setting} to others.`,
    );
  }
  return error;
}

/** Answers what is in flight, for ten seconds at most; new connections are refused at once. */
async function close(server: Server, unused: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of unused) socket.destroy();
  // A connection becomes idle when its last answer is out, and would be kept for the next request.
  const hangUp = setInterval(() => server.closeIdleConnections(), 20);
  const giveUp = setTimeout(() => server.closeAllConnections(), STOP_LIMIT_MS);
  await closed;
  clearInterval(hangUp);
  clearTimeout(giveUp);
}

/**
 * Runs a server as this process, but only when `moduleUrl` is the file that Node was started with:
 * tests and labs import the same file and call `start` themselves.
 *
 * Loads `.env` from the folder above the module; what the environment sets already wins. Prints one
 * line that ends in the URL. On SIGTERM or SIGINT it answers what is in flight and exits 0. What
 * goes wrong is one sentence, without a stack, and an exit code: 78 for settings, 69 for something
 * that is not to be had.
 *
 * @param name of the server, for that line.
 */
export async function runDirectly(
  moduleUrl: string,
  name: string,
  start: () => Promise<Running>,
): Promise<void> {
  if (!isMain(moduleUrl)) return;
  try {
    loadEnvFile(fileURLToPath(new URL('../.env', moduleUrl)));
    const running = await start();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        // A store that is frozen does not say goodbye either.
        setTimeout(() => process.exit(0), STOP_LIMIT_MS + 1000);
        running.close().then(() => process.exit(0), fail);
      });
    }
    // Last: whoever reads it may stop us the next moment.
    console.log(`${name} example listening on ${running.url}`);
  } catch (error) {
    fail(error);
  }
}

function loadEnvFile(path: string): void {
  try {
    process.loadEnvFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function fail(error: unknown): never {
  const { exitCode, message } = error as Error & { exitCode?: number };
  console.error(exitCode === undefined ? error : message);
  process.exit(exitCode ?? 1);
}

/**
 * Runs a task as this process and ends, under the conditions and with the errors of `runDirectly`.
 *
 * @param task resolves with the line to print.
 */
export async function runTask(moduleUrl: string, task: () => Promise<string>): Promise<void> {
  if (!isMain(moduleUrl)) return;
  try {
    loadEnvFile(fileURLToPath(new URL('../.env', moduleUrl)));
    console.log(await task());
  } catch (error) {
    fail(error);
  }
}

function isMain(moduleUrl: string): boolean {
  const started = process.argv[1];
  if (!started || !existsSync(started)) return false; // a script on standard input is no file
  return realpathSync(started) === realpathSync(fileURLToPath(moduleUrl));
}
