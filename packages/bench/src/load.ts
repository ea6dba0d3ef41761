// The load, in a process of its own: what it takes to send requests is not taken from the servers,
// nor from what measures them. Sent a job, it answers with what came of it.
import { createHistogram } from 'node:perf_hooks';
import autocannon from 'autocannon';

export interface Send {
  method: 'GET' | 'POST';
  path: string;
  /** Empty for none. */
  body: string;
}

export interface Job {
  url: string;
  /** One after the other, by each user. */
  sends: readonly Send[];
  connections: number;
  /** Of each user, at least as many as connections: these take their users in turn. */
  headers: readonly Record<string, string>[];
  /** How long; or how many requests each connection sends. */
  until: { seconds: number } | { requestsEach: number };
}

export interface Load {
  /** How many answers there were of each status. */
  statuses: Record<string, number>;
  /** Requests that were sent; the last ones may have been cut off before their answer. */
  sent: number;
  /** Requests without an answer: cut connections, timeouts. */
  unanswered: number;
  /** From the first connection to the last answer. */
  seconds: number;
  medianMs: number;
  p99Ms: number;
  /** How much of one core sending took, from 0 to about 1: near 1, the load was the bottleneck. */
  busy: number;
}

const TICK_MS = 50; // how often autocannon looks whether it is over: each second unless told

function send({ url, sends, connections, headers, until }: Job): Promise<Load> {
  return new Promise((resolve, reject) => {
    const statuses: Record<string, number> = {};
    const microseconds = createHistogram();
    let unanswered = 0;
    let next = 0;
    const began = performance.now();
    const cpu = process.cpuUsage();
    let last = began;
    const options: autocannon.Options = {
      url,
      connections,
      sampleInt: TICK_MS,
      ...('seconds' in until
        ? { duration: until.seconds }
        : { amount: until.requestsEach * connections }),
      setupClient(client) {
        const first = next++ % connections;
        const own = headers.filter((_, index) => index % connections === first);
        const turn = first % sends.length; // not all of them write at the same time
        const turned = [...sends.slice(turn), ...sends.slice(0, turn)];
        client.setRequests(
          own.flatMap((each) =>
            turned.map(({ method, path, body }) => ({
              method,
              path,
              headers: { ...each },
              ...(body && { body }),
            })),
          ),
        );
      },
    };
    const run = autocannon(options, (error, { requests }) => {
      if (error) return reject(error);
      const { user, system } = process.cpuUsage(cpu);
      resolve({
        statuses,
        sent: requests.sent,
        unanswered,
        seconds: (last - began) / 1000,
        medianMs: microseconds.percentile(50) / 1000,
        p99Ms: microseconds.percentile(99) / 1000,
        busy: (user + system) / 1000 / (performance.now() - began),
      });
    });
    run.on('response', (_client, status, _bytes, ms) => {
      last = performance.now();
      statuses[status] = (statuses[status] ?? 0) + 1;
      microseconds.record(Math.max(1, Math.round(ms * 1000)));
    });
    run.on('reqError', () => {
      unanswered += 1;
    });
  });
}

process.on('message', async (job: Job) => process.send?.(await send(job)));
process.once('disconnect', () => process.exit()); // however the parent has ended
