// Records what browsers and servers really say to each other, as a sequence diagram in Mermaid's
// notation: GitHub draws it, and so does the site.
import { setTimeout as wait } from 'node:timers/promises';
import { ManualClock } from 'security-helpers';
import {
  type Answer,
  Browser,
  idIn,
  readSetCookie,
  type Sent,
} from '../../packages/acceptance/src/browser.ts';
import {
  type Backend,
  type Launched,
  launch,
  type Target,
} from '../../packages/acceptance/src/target.ts';

const MINUTE = 60_000;

/** Where a scene is played: real servers on real stores, and a clock that can be turned. */
export class Stage {
  readonly #clock = new ManualClock();
  readonly #participants: string[] = [];
  #lines: string[] = [];
  readonly #closers: (() => Promise<unknown>)[] = [];

  /** Opens a store for these servers. It is closed with the stage. */
  async store(target: Target): Promise<Backend> {
    const backend = await target.openBackend({ durable: true });
    this.#closers.push(() => backend.close());
    return backend;
  }

  /** Starts an example. */
  async server(
    target: Target,
    backend: Backend,
    env: Record<string, string> = {},
  ): Promise<Launched> {
    const server = await launch(target, backend, { env, clock: this.#clock });
    this.#closers.push(() => server.close());
    return server;
  }

  /** Ends with the stage, before the stores do. */
  closing(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  /** Somebody whose requests are drawn. `at` is what the server is called. */
  person(
    name: string,
    server: { url: string },
    at: string,
    options: ConstructorParameters<typeof Browser>[1] = {},
  ): Person {
    for (const each of [name, at]) {
      if (!this.#participants.includes(each)) this.#participants.push(each);
    }
    const draw: Draw = {
      request: (text) => this.#lines.push(`${key(name)}->>${key(at)}: ${text}`),
      answer: (text) => this.#lines.push(`${key(at)}-->>${key(name)}: ${text}`),
    };
    return new Person(server.url, draw, options);
  }

  note(text: string): void {
    const [first = '', last = first] = [this.#participants[0], this.#participants.at(-1)];
    this.#lines.push(`Note over ${key(first)},${key(last)}: ${text}`);
  }

  pass(minutes: number): void {
    this.#clock.advance(minutes * MINUTE);
  }

  later(minutes: number): void {
    this.pass(minutes);
    const hours = minutes / 60;
    this.note(Number.isInteger(hours) ? `${hours} hours later` : `${minutes} minutes later`);
  }

  /** Does what is not drawn. */
  async unseen<T>(act: () => Promise<T>): Promise<T> {
    const drawn = this.#lines;
    this.#lines = [];
    return act().finally(() => {
      this.#lines = drawn;
    });
  }

  /** Until the store of this server is there again. */
  async untilServed({ url }: { url: string }): Promise<void> {
    const visitor = new Browser(url);
    for (let n = 0; ; n++) {
      const { status, json } = await visitor.get('/readyz');
      if (status === 200 && !Object.values(json).includes('down')) return;
      if (n === 400) throw new Error('the server is still not ready');
      await wait(50);
    }
  }

  diagram(): string {
    const participants = this.#participants.map((name) => `participant ${key(name)} as ${name}`);
    const lines = [...participants, ...this.#lines].map((line) => `  ${line}\n`);
    return withNames(`sequenceDiagram\n${lines.join('')}`);
  }

  async close(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
  }
}

/** Ids are different each time; in the picture they are A, B, C. */
function withNames(diagram: string): string {
  const names = new Map<string, string>();
  return diagram.replace(/[\w-]{43}/g, (id) => {
    const name = names.get(id) ?? String.fromCharCode(65 + names.size);
    names.set(id, name);
    return name;
  });
}

interface Draw {
  request(text: string): void;
  answer(text: string): void;
}

/** A browser whose requests and answers are drawn. */
export class Person extends Browser {
  readonly #draw: Draw;

  constructor(url: string, draw: Draw, options: ConstructorParameters<typeof Browser>[1]) {
    super(url, options);
    this.#draw = draw;
  }

  override async send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const cookie = sent.headers?.['cookie'] ?? (await this.cookieHeader());
    // A handle is another one each time.
    const route = path.replace(/(?<=^\/sessions\/)[\w-]+$/, ':handle');
    const parts = [`${method} ${route}`, cookie ? `Cookie: ${shortCookie(cookie)}` : 'no cookie'];
    for (const name of ['Origin', 'Sec-Fetch-Site']) {
      const value = sent.headers?.[name.toLowerCase()];
      if (value) parts.push(`${name}: ${value}`);
    }
    if (this.csrfToken && method !== 'GET' && !sent.form) parts.push('X-CSRF-Token: …');
    this.#draw.request(parts.join('<br/>'));
    const answer = await super.send(method, path, sent);
    const code = answer.json.code ? ` ${answer.json.code}` : '';
    const retry = answer.headers['retry-after'];
    const lines = [`${answer.status}${code}`, ...answer.setCookies.map(shortSetCookie)];
    if (retry) lines.push(`Retry-After: ${retry}`);
    this.#draw.answer(lines.join('<br/>'));
    return answer;
  }
}

const shortCookie = (cookie: string) => `${cookie.split('=')[0]}=${idIn(cookie)}`;

/** A semicolon would end a line of Mermaid, and the day of expiry is another each time. */
function shortSetCookie(line: string): string {
  const { name, value } = readSetCookie(line);
  const attributes = line
    .split(/; ?/)
    .slice(1)
    .map((each) => each.replace(/^(Expires)=(?!Thu, 01 Jan 1970).*/, '$1=…').replace(/, /g, ' '));
  const shown = value ? idIn(`${name}=${value}`) : '(empty)';
  return [`Set-Cookie: ${name}=${shown}`, ...attributes].join(', ');
}

const key = (name: string) => name.replace(/\W+/g, '_');
