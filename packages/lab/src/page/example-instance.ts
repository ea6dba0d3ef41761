// One of the examples, as the lab page runs it: its own server, unchanged. Only its clock can be
// moved, and it says over IPC what no wire shows: how many requests came, and what its store was asked.
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  auditLog,
  type Clock,
  diagnostics,
  hear,
  MemoryStore,
  type Running,
  runDirectly,
} from 'security-helpers';
import type { FromExample, ToExample } from './messages.ts';

interface Options {
  clock: Clock;
  log: ReturnType<typeof auditLog>;
}

let aheadMs = Number(process.env['LAB_CLOCK_AHEAD_MS'] ?? 0);
const clock: Clock = { now: () => Date.now() + aheadMs };

const tell = (message: FromExample) => void process.send?.(message);

let requests = 0;
subscribe('http.server.request.start', (message) => {
  const { url } = (message as { request: IncomingMessage }).request;
  if (!/^\/(readyz|healthz)$/.test(url ?? '')) requests += 1; // the lab asks for them, too
});
setInterval(() => {
  if (requests > 0) tell({ requests });
  requests = 0;
}, 1000).unref();
hear(diagnostics.store, ({ operation, outcome }) => tell({ store: operation, outcome }));

// Sessions in this process are shown to nobody: the first use of their store is noticed here.
let held: MemoryStore | undefined;
const { read } = MemoryStore.prototype;
MemoryStore.prototype.read = function (key) {
  held = this;
  return read.call(this, key);
};

process.on('message', async (message: ToExample) => {
  if ('aheadMs' in message) aheadMs = message.aheadMs;
  else {
    const record = held ? await read.call(held, message.read) : null;
    tell({ answerTo: message.nonce, record, held: held?.size ?? 0 });
  }
});
process.channel?.unref(); // listening alone must not keep the process running

const folder = process.cwd();
const server = pathToFileURL(join(folder, 'src', 'server.ts')).href;
const { start } = (await import(server)) as { start(options: Options): Promise<Running> };

await runDirectly(import.meta.url, basename(folder), async () => {
  process.loadEnvFile('.env');
  const log = auditLog();
  return start({
    clock,
    log: {
      info(event, text) {
        log.info(event, text);
        tell({ event: text, reason: typeof event['reason'] === 'string' ? event['reason'] : '' });
      },
    },
  });
});
