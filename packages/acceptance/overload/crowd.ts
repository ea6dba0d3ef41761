// A crowd, as a process of its own, so that it takes no time from whom it tries: each person has a
// connection that is kept, and a session. It does what its parent says, and says what it saw.
import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, Connection } from './connection.ts';
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
  connection: Connection;
  /** What they ask for again and again, as it goes over the wire. */
  request: string;
}

const PATIENCE_MS = 30_000; // only what hangs takes so long
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
  const { host } = new URL(url);
  let next = 0;
  const enter = async () => {
    while (next < count) {
      const person = next++;
      const connection = new Connection(new URL(url), () => dropped++);
      const cookie = await logIn(connection, host, person);
      const request = `GET /profile HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`;
      people.push({ connection, request });
    }
  };
  await Promise.all(Array.from({ length: ARRIVE_AT_ONCE }, enter));
  return people.length;
}

/** @returns what goes into the `Cookie` header. */
async function logIn(connection: Connection, host: string, person: number): Promise<string> {
  const body = JSON.stringify({ email: emailOf(person), password: PASSWORD });
  const request =
    `POST /login HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body.length}\r\n\r\n${body}`;
  const { status, head } = await new Promise<Answer>((resolve, reject) =>
    connection.ask(request, (error, answer) => (answer ? resolve(answer) : reject(error))),
  );
  if (status === 503) {
    const [, seconds] = /^Retry-After: (\d+)/im.exec(head) ?? [];
    await wait(1000 * Number(seconds));
    return logIn(connection, host, person);
  }
  if (status !== 200) throw new Error(`a login was answered with ${head}`);
  return [...head.matchAll(/^Set-Cookie: ([^;]+)/gim)].map(([, pair]) => pair).join('; ');
}

async function watch(order: Exclude<Order, { do: 'arrive' }>): Promise<Seen> {
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const end = begun + order.seconds * 1000;
  const times: number[] = [];
  const seen = { sent: 0, statuses: {}, withoutRetryAfter: 0, unanswered: {} } as Seen;
  let open = 0;

  let patience: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    patience = setTimeout(
      () => {
        seen.unanswered['no answer'] = open;
        resolve();
      },
      order.seconds * 1000 + PATIENCE_MS,
    );
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
  clearTimeout(patience);

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
    if (person?.connection.isFree) return person;
  }
  return undefined;
}

function ask({ connection, request }: Person, seen: Seen, done: (status?: number) => void): void {
  connection.ask(request, (error, answer) => {
    if (answer) {
      const { status, head } = answer;
      if (status === 503 && !/\r\nRetry-After: [1-9]/i.test(head)) seen.withoutRetryAfter++;
      seen.statuses[status] = (seen.statuses[status] ?? 0) + 1;
    } else {
      const { code, message } = error as NodeJS.ErrnoException;
      seen.unanswered[code ?? message] = (seen.unanswered[code ?? message] ?? 0) + 1;
    }
    done(answer?.status);
  });
}
