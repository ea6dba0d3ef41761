// A crowd, as a process of its own, so that it takes no time from whom it tries: each person has a
// connection that is kept, and a session. It does what its parent says, and says what it saw.
import { setTimeout as wait } from 'node:timers/promises';
import { Client, type Dispatcher } from 'undici';
import { emailOf, PASSWORD } from './person.ts';

export type Order =
  | { do: 'arrive'; url: string; people: number }
  /** As many at a time as that, each at once followed by another: what the server can do. */
  | { do: 'take turns'; atOnce: number; seconds: number }
  /** That many in a second, whatever becomes of them: a crowd does not wait for anybody. */
  | { do: 'rush'; perSecond: number; seconds: number };

/** What became of the requests of a while. */
export interface Seen {
  seconds: number;
  sent: number;
  /** How often each status was answered. */
  statuses: Record<number, number>;
  /** Of the 503, those without `Retry-After`. */
  withoutRetryAfter: number;
  /** Requests without an answer, by the error. */
  unanswered: Record<string, number>;
  /** Connections that the server has closed since they were opened, at rest as well. */
  dropped: number;
  /** Of the answers 200, in milliseconds. */
  medianMs: number;
  p99Ms: number;
  slowestMs: number;
  /** How much of one core the crowd took, from 0 to about 1: near 1, it was the bottleneck. */
  busy: number;
}

interface Person {
  client: Client;
  cookie: string;
  isBusy: boolean;
}

const ANSWER_LIMIT_MS = 30_000; // only what hangs takes so long
const ARRIVE_AT_ONCE = 50;

const people: Person[] = [];
let turn = 0;
let dropped = 0;

process.on('message', (order: Order) => {
  const done: Promise<Seen | number> = order.do === 'arrive' ? arrive(order) : watch(order);
  done.then(
    (seen) => process.send?.(seen),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());

/** Opens the connections and logs in on each. @returns how many have. */
async function arrive({ url, people: count }: Extract<Order, { do: 'arrive' }>): Promise<number> {
  let next = 0;
  const enter = async () => {
    while (next < count) {
      const person = next++;
      const client = new Client(url, {
        pipelining: 1,
        headersTimeout: ANSWER_LIMIT_MS,
        bodyTimeout: ANSWER_LIMIT_MS,
        keepAliveTimeoutThreshold: 0,
      });
      client.on('disconnect', () => dropped++);
      people.push({ client, cookie: await logIn(client, person), isBusy: false });
    }
  };
  await Promise.all(Array.from({ length: ARRIVE_AT_ONCE }, enter));
  return people.length;
}

/** @returns what goes into the `Cookie` header. */
async function logIn(client: Client, person: number): Promise<string> {
  const { statusCode, headers, body } = await client.request({
    path: '/login',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: emailOf(person), password: PASSWORD }),
  });
  const text = await body.text();
  if (statusCode === 503) {
    await wait(1000 * Number(headers['retry-after']));
    return logIn(client, person);
  }
  if (statusCode !== 200) throw new Error(`a login was answered ${statusCode}: ${text}`);
  return [headers['set-cookie'] ?? []]
    .flat()
    .map((line) => line.split(';')[0])
    .join('; ');
}

async function watch(order: Exclude<Order, { do: 'arrive' }>): Promise<Seen> {
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const end = begun + order.seconds * 1000;
  const times: number[] = [];
  const seen = { sent: 0, statuses: {}, withoutRetryAfter: 0, unanswered: {} } as Seen;
  let open = 0;

  await new Promise<void>((resolve) => {
    const isOver = () => performance.now() >= end;
    const send = () => {
      const person = nextPerson();
      if (!person) return;
      seen.sent++;
      open++;
      const started = performance.now();
      ask(person, seen, (status) => {
        open--;
        if (status === 200) times.push(performance.now() - started);
        if (order.do === 'take turns' && !isOver()) send();
        if (open === 0 && isOver()) resolve();
      });
    };
    if (order.do === 'take turns') {
      for (let count = 0; count < order.atOnce; count++) send();
      return;
    }
    const timer = setInterval(() => {
      const passed = Math.min(performance.now() - begun, order.seconds * 1000);
      const due = Math.floor((passed / 1000) * order.perSecond);
      // When all are busy, nobody is left to ask: it shows in how many were sent.
      for (let count = due - seen.sent; count > 0; count--) send();
      if (!isOver()) return;
      clearInterval(timer);
      if (open === 0) resolve();
    }, 5);
  });

  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  const { user, system } = process.cpuUsage(cpu);
  return {
    ...seen,
    seconds: (performance.now() - begun) / 1000,
    dropped,
    medianMs: at(0.5),
    p99Ms: at(0.99),
    slowestMs: times.at(-1) ?? 0,
    busy: (user + system) / 1000 / (performance.now() - begun),
  };
}

/** One after the other, so that no connection rests for long; those who wait for an answer do not ask. */
function nextPerson(): Person | undefined {
  for (let tried = 0; tried < people.length; tried++) {
    const person = people[turn++ % people.length];
    if (person && !person.isBusy) return person;
  }
  return undefined;
}

function ask(person: Person, seen: Seen, done: (status?: number) => void): void {
  person.isBusy = true;
  let status = 0;
  const over = (answered?: number) => {
    person.isBusy = false;
    done(answered);
  };
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: () => undefined,
    onResponseStart(_controller, statusCode, headers) {
      status = statusCode;
      if (status === 503 && headers['retry-after'] === undefined) seen.withoutRetryAfter++;
    },
    onResponseData: () => undefined,
    onResponseEnd() {
      seen.statuses[status] = (seen.statuses[status] ?? 0) + 1;
      over(status);
    },
    onResponseError(_controller, { code, message }: NodeJS.ErrnoException) {
      const name = code ?? message;
      seen.unanswered[name] = (seen.unanswered[name] ?? 0) + 1;
      over();
    },
  };
  const { client, cookie } = person;
  client.dispatch({ path: '/profile', method: 'GET', headers: { cookie } }, handler);
}
