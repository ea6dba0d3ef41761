import type { RequestListener } from 'node:http';
import type { Registry } from 'prom-client';
import { auditEvents } from './audit.ts';
import type { Config } from './config.ts';
import { diagnostics, hear } from './diagnostics.ts';
import { listen, type Running } from './process.ts';
import type { OpenedStore, StoreGauges } from './record-store.ts';

/** In seconds: from a Redis next door to the whole of a usual budget, and beyond. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

const GAUGES: Record<keyof StoreGauges, string> = {
  records: 'Session records that are held',
  pool_connections: 'Connections to the store that are open',
  pool_idle: 'Of these, the ones that are not in use',
  pool_waiting: 'Calls that wait for a connection to the store',
  breaker_open: '1 while a store that one can do without is found to be away',
};

/** All there is to a label is here: no user, session, client or path, and nothing that can grow. */
const FAILURES = ['failed', 'too_late', 'not_begun'] as const;
const SHED = ['full', 'late'] as const;
const OPERATIONS = [
  'read',
  'insert',
  'update',
  'touch',
  'renew',
  'remove',
  'list',
  'throttle',
  'check',
];

/**
 * Opens a store and, where `ADMIN_PORT` is set, shows at `/metrics` of that port what becomes of the
 * sessions in it, for Prometheus. It ends when the store is closed.
 *
 * Where it is not set, nothing is measured and nothing loaded.
 *
 * @throws UnavailableError when the port is taken.
 */
export async function measure<Opened extends OpenedStore>(
  config: Pick<Config, 'adminPort'>,
  opening: Promise<Opened>,
): Promise<Opened> {
  const opened = await opening;
  if (config.adminPort === undefined) return opened;
  try {
    const metrics = await serveMetrics(config.adminPort, opened);
    console.log(`metrics at ${metrics.url}/metrics`);
    const close = async () => {
      await metrics.close();
      await opened.close();
    };
    return { ...opened, close };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/**
 * Counts what happens in this process, one server, and shows it. On loopback, whatever `HOST` says:
 * how busy a server is, and how its store does, is for whoever runs it.
 *
 * @param port 0 for any free one.
 */
export async function serveMetrics(
  port: number,
  { gauges }: Pick<OpenedStore, 'gauges'> = {},
): Promise<Running> {
  const prometheus = await import('prom-client');
  const registry = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: registry }); // memory, event loop, open files
  const stop = count(prometheus, registry, gauges);
  try {
    const options = { port, host: '127.0.0.1', setting: 'ADMIN_PORT' };
    const server = await listen(show(registry), options);
    return {
      url: server.url,
      async close() {
        stop();
        await server.close();
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}

/** A page in a browser on this machine reaches it, too, but by a name of its own (DNS rebinding). */
const LOOPBACK = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

function show(registry: Registry): RequestListener {
  return async ({ method, url, headers }, res) => {
    if (!LOOPBACK.test(headers.host ?? '')) return void res.writeHead(421).end();
    if (url !== '/metrics') return void res.writeHead(404).end();
    if (method !== 'GET') return void res.writeHead(405, { Allow: 'GET' }).end();
    try {
      const text = await registry.metrics();
      res.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
    } catch (error) {
      console.error(error);
      res.writeHead(500).end();
    }
  };
}

/** @returns what stops it. */
function count(
  { Counter, Gauge, Histogram }: typeof import('prom-client'),
  registry: Registry,
  gauges: OpenedStore['gauges'],
): () => void {
  const registers = [registry];
  const events = new Counter({
    name: 'sessions_events_total',
    help: 'Steps of the life of sessions, and attempts on them, as in the audit log',
    labelNames: ['event'] as const,
    registers,
  });
  const calls = new Histogram({
    name: 'sessions_store_call_seconds',
    help: 'How long requests have waited for the session store, whatever it answered',
    labelNames: ['operation'] as const,
    buckets: BUCKETS,
    registers,
  });
  const failures = new Counter({
    name: 'sessions_store_failures_total',
    help: 'Calls to the store that failed, had no answer in time, or had no time left',
    labelNames: ['operation', 'reason'] as const,
    registers,
  });
  const running = new Gauge({
    name: 'http_requests_running',
    help: 'Requests that are being answered',
    registers,
  });
  const waiting = new Gauge({
    name: 'http_requests_waiting',
    help: 'Requests that wait for their turn',
    registers,
  });
  const shed = new Counter({
    name: 'http_requests_shed_total',
    help: 'Requests that were turned away: no room, or waited too long',
    labelNames: ['reason'] as const,
    registers,
  });
  // What has not happened yet is 0. Else the first time would be seen by no rate().
  for (const event of auditEvents) events.inc({ event }, 0);
  for (const reason of SHED) shed.inc({ reason }, 0);
  for (const operation of OPERATIONS) {
    for (const reason of FAILURES) failures.inc({ operation, reason }, 0);
  }
  for (const name of Object.keys(gauges?.() ?? {}) as (keyof StoreGauges)[]) {
    new Gauge({
      name: `sessions_store_${name}`,
      help: GAUGES[name],
      registers,
      collect() {
        this.set(gauges?.()[name] ?? 0);
      },
    });
  }

  const stops = [
    hear(diagnostics.audit, (event) => events.inc({ event })),
    hear(diagnostics.store, ({ operation, outcome, seconds }) => {
      if (outcome !== 'not_begun') calls.observe({ operation }, seconds);
      if (outcome !== 'answered') failures.inc({ operation, reason: outcome });
    }),
    hear(diagnostics.load, (load) => {
      running.set(load.running);
      waiting.set(load.waiting);
      if (load.shed) shed.inc({ reason: load.shed });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
