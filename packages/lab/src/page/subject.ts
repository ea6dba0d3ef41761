import { setTimeout as wait } from 'node:timers/promises';
import { ADA, type Answer, GRACE } from '@session-lab/acceptance';
import { type Config, expiresAt, type SessionTimes, storeKey } from 'security-helpers';
import type { Action, Card, Kept, PastId, Told, XRay } from './api.ts';
import type { Watch } from './commands.ts';
import { type Context, explainCookie } from './cookie.ts';
import { type Pullable, plugsOf } from './plugs.ts';
import type { Place } from './records.ts';
import type { RunningExample } from './running.ts';
import type { StoreService } from './store-service.ts';
import { judge, type Look } from './verdict.ts';
import { type Beside, Visitor } from './visitor.ts';

const READY_MS = 8000;
const MOST_TOLD = 12;
const MOST_PAST = 5;

export interface SubjectParts {
  name: string;
  config: Config;
  /** Where its sessions live, for the table. */
  store: string;
  /** Whether its sessions live in its own process. */
  inProcess: boolean;
  /** The one that decides first. */
  places: (running: () => RunningExample | undefined) => readonly Place[];
  watches: readonly Watch[];
  services: Readonly<Partial<Record<'redis' | 'postgres', StoreService>>>;
  /** @param url where it was before; undefined: on its usual port; null: on any free one. */
  launch(url: string | undefined | null, aheadMs: number): Promise<RunningExample>;
}

/** One example under the X-ray, and the lab's browser that visits it. */
export class Subject {
  readonly parts: SubjectParts;
  readonly #changed: () => void;
  readonly #places: readonly Place[];
  readonly #visitor: Visitor;
  first: RunningExample | undefined;
  second: RunningExample | undefined;
  aheadMs = 0;
  #url: string | undefined;
  #isStarting = false;
  #user: string | null = null;
  #pastIds: PastId[] = [];
  #oldCookie: string | undefined;
  #told: Told[] = [];
  #kept: Kept[] = [];
  #card: Pick<Card, 'ready' | 'sessions'> = { ready: false, sessions: null };
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: SubjectParts, changed: () => void) {
    this.parts = parts;
    this.#changed = changed;
    this.#places = parts.places(() => this.first);
    this.#visitor = new Visitor((work) => this.#watch(work));
  }

  /** One thing after the other: what is seen meanwhile belongs to it. */
  inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(action);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  // ── The process ─────────────────────────────────────────────────────────────────────────────────
  async start(): Promise<void> {
    this.#isStarting = true;
    try {
      this.first = await this.parts.launch(this.#url, this.aheadMs);
      this.#url = this.first.url;
      this.#visitor.visits(this.#urls());
    } finally {
      this.#isStarting = false;
    }
  }

  async startSecond(): Promise<void> {
    this.second = await this.parts.launch(null, this.aheadMs);
    this.#visitor.visits(this.#urls());
  }

  async stopSecond(): Promise<void> {
    await this.second?.stop();
    this.second = undefined;
    this.#visitor.visits(this.#urls());
  }

  async stop(): Promise<void> {
    await Promise.all([this.first?.stop(), this.second && this.stopSecond()]);
  }

  turnClock(aheadMs: number): void {
    this.aheadMs = aheadMs;
    for (const each of [this.first, this.second]) each?.setClock(aheadMs);
  }

  get isUp(): boolean {
    return this.first?.isUp ?? false;
  }

  #urls(): string[] {
    const second = this.second?.isUp ? [this.second.url] : [];
    return [...(this.#url ? [this.#url] : []), ...second];
  }

  // ── The browser ─────────────────────────────────────────────────────────────────────────────────
  async act(action: Action): Promise<void> {
    const visitor = this.#visitor;
    const before = { id: await this.#id(), cookie: await this.#cookieHeader() };
    switch (action.do) {
      case 'visit':
        await visitor.send('GET', '/');
        break;
      case 'login':
        this.#know(
          await visitor.send('POST', '/login', { json: action.as === 'ada' ? ADA : GRACE }),
        );
        break;
      case 'profile':
        this.#know(await visitor.send('GET', '/profile'));
        break;
      case 'cart':
        await visitor.send('POST', '/cart', { json: { item: 'apple' } });
        break;
      case 'reauthenticate': {
        const { password } = this.#user === GRACE.email ? GRACE : ADA;
        await visitor.send('POST', '/reauthenticate', { json: { password } });
        break;
      }
      case 'logout':
        if ((await visitor.send('POST', '/logout'))?.status === 204) this.#user = null;
        break;
      case 'old-id':
        await this.#sendOldId();
        break;
      case 'forget':
        await visitor.forget();
        this.#user = null;
    }
    this.#cross(before, await this.#id(), action.do);
    await this.look();
  }

  /** What a thief would do who has had it: one request with the cookie of before. */
  async #sendOldId(): Promise<void> {
    const cookie = this.#oldCookie;
    if (cookie) await this.#visitor.send('GET', '/profile', { headers: { cookie } });
  }

  #know(answer: Answer | undefined): void {
    if (answer?.status === 401) this.#user = null;
    else if (answer?.status === 200) this.#user = answer.json.user?.email ?? this.#user;
  }

  async #id(): Promise<string | null> {
    const cookies = await this.#visitor.cookies();
    const { name } = this.#cookieContext(cookies);
    return explainCookie(`${name}=${cookies.get(name) ?? ''}`, this.#cookieContext(cookies)).id;
  }

  async #cookieHeader(): Promise<string> {
    const cookies = await this.#visitor.cookies();
    return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #cross(before: { id: string | null; cookie: string }, after: string | null, why: string): void {
    if (before.id === null || before.id === after) return;
    this.#oldCookie = before.cookie;
    this.#pastIds.unshift({ id: before.id, why: WHY_NEW[why] ?? 'it was replaced' });
    this.#pastIds.splice(MOST_PAST);
  }

  #cookieContext(cookies: ReadonlyMap<string, string>): Context & { name: string } {
    const { cookieName, production, keys } = this.parts.config;
    const name = production ? `__Host-${cookieName}` : cookieName;
    const signature = cookies.get(`${name}.sig`);
    const url = new URL(this.#url ?? 'http://127.0.0.1');
    return { name, url, keys: keys.cookie, ...(signature !== undefined && { signature }) };
  }

  /** Does something, and sees what the store and the server say meanwhile. */
  async #watch(work: () => Promise<void>): Promise<Beside> {
    const running = [this.first, this.second].filter((each) => each?.isUp);
    for (const each of running) await each?.hear();
    const asked: string[] = [];
    let all: () => Promise<unknown> = work;
    for (const watch of this.parts.watches) {
      const inner = all;
      all = async () => {
        const [, commands] = await watch(inner);
        asked.push(...(commands ?? ['could not be watched']));
      };
    }
    await all();
    const heard = await Promise.all(running.map((each) => each?.hear()));
    const events = heard.flatMap((each) => each?.events ?? []);
    const operations = heard.flatMap((each) => each?.operations ?? []);
    return {
      commands: this.parts.watches.length > 0 ? asked : operations,
      events: events.map(({ event, reason }) => (reason ? `${event} (${reason})` : event)),
      layer: this.parts.watches.length > 1 ? layerOf(asked) : null,
    };
  }

  // ── The plugs ───────────────────────────────────────────────────────────────────────────────────
  plugs(): Pullable[] {
    return plugsOf(this);
  }

  /** Pulls one, looks before and after, and says what has happened to the session. */
  async pull(id: string): Promise<void> {
    const plug = this.plugs().find((each) => each.id === id);
    if (!plug) throw new TypeError(`there is no plug ${id}`);
    if (plug.why !== null) return;
    const before = await this.#observe();
    await plug.pull();
    await this.#untilItAnswers();
    const after = [await this.#observe()];
    if (this.second?.isUp) after.push(await this.#observe());
    const { inProcess } = this.parts;
    const { text, tone } = judge({ before, after, inProcess, aside: plug.aside });
    const number = (this.#told[0]?.number ?? 0) + 1;
    this.#told.unshift({ number, plug: plug.label, text, tone, doc: plug.doc });
    this.#told.splice(MOST_TOLD);
    await this.look();
  }

  /** Asks for the profile, and looks whether the record is there. */
  async #observe(): Promise<Look> {
    const id = await this.#id();
    const answer = await this.#visitor.send('GET', '/profile');
    this.#know(answer);
    const [exchange] = this.#visitor.wire;
    const expired = exchange?.events.join(' ').match(/session_expired \((\w+)\)/)?.[1];
    return {
      instance: exchange?.instance ?? 0,
      status: answer?.status ?? null,
      ms: exchange?.ms ?? 0,
      kept: id === null ? [] : await this.#whereIs(id),
      expired: expired ?? null,
    };
  }

  async #whereIs(id: string): Promise<string[] | null> {
    const looks = await Promise.all(this.#places.map((place) => place.look(storeKey(id))));
    const found = this.#places.filter((_, index) => looks[index]?.found);
    const isSilent = looks.some(({ found }) => found === null);
    return found.length === 0 && isSilent ? null : found.map(({ where }) => where);
  }

  /** Gives it the time to find its stores again, where they are there. */
  async #untilItAnswers(): Promise<void> {
    const services = Object.values(this.parts.services);
    if (!this.isUp || services.some(({ state }) => state !== 'running')) return;
    const until = performance.now() + READY_MS;
    while (performance.now() < until && !(await this.#isWhole())) await wait(50);
  }

  /** `/readyz` of hybrid is 200 while one of its stores answers. */
  async #isWhole(): Promise<boolean> {
    const body = await this.#readyz();
    return body !== undefined && !Object.values(body).includes('down');
  }

  async #readyz(): Promise<object | undefined> {
    if (!this.isUp || !this.#url) return undefined;
    const options = { signal: AbortSignal.timeout(1500) };
    const answer = await fetch(`${this.#url}/readyz`, options).catch(() => undefined);
    const body = await answer?.json().catch(() => ({}));
    return answer?.ok ? (body as object) : undefined;
  }

  // ── What is shown ───────────────────────────────────────────────────────────────────────────────
  /** Looks into the store, and whether the example is ready. */
  async look(): Promise<void> {
    const id = await this.#id();
    const [ready, sessions, kept] = await Promise.all([
      this.#readyz().then((body) => body !== undefined),
      this.#places[0]?.count() ?? null,
      id === null ? [] : Promise.all(this.#places.map((place) => place.look(storeKey(id)))),
    ]);
    this.#card = { ready, sessions };
    this.#kept = kept;
    this.#changed();
  }

  #endsInMs(): number | null {
    const opened = this.#kept.find((each) => each.opened)?.opened;
    if (!opened) return null;
    const end = expiresAt(opened as unknown as SessionTimes, this.parts.config.lifetime);
    return Math.max(0, end - Date.now() - this.aheadMs);
  }

  card(): Card {
    const { name, store } = this.parts;
    const state = this.#isStarting ? 'starting' : this.isUp ? 'up' : 'down';
    const requestsPerSecond = (this.first?.requests ?? 0) + (this.second?.requests ?? 0);
    return { name, url: this.#url ?? '', store, state, requestsPerSecond, ...this.#card };
  }

  async xray(): Promise<XRay> {
    const cookies = await this.#visitor.cookies();
    const context = this.#cookieContext(cookies);
    const value = cookies.get(context.name);
    const line = this.#visitor.lines.get(context.name) ?? `${context.name}=${value}`;
    return {
      card: this.card(),
      user: this.#user,
      cookie: value === undefined ? null : explainCookie(line, context),
      pastIds: this.#pastIds,
      wire: this.#visitor.wire,
      kept: this.#kept,
      endsInMs: this.#endsInMs(),
      plugs: this.plugs().map(({ id, label, group, why }) => ({ id, label, group, why })),
      told: this.#told,
      aheadMs: this.aheadMs,
      second: this.second?.isUp ? this.second.url : null,
    };
  }
}

const WHY_NEW: Record<string, string> = {
  login: 'the login gave a new one',
  reauthenticate: 'the password was given again',
  logout: 'logged out',
  forget: 'the browser was cleared',
};

/** Which of hybrid's stores had the record: a copy is made of what Postgres has answered. */
function layerOf(commands: readonly string[]): string | null {
  if (commands.includes('SELECT session')) return 'Postgres answered';
  if (commands.includes('EVAL (INFO GETEX SET)')) return 'Postgres answered';
  return commands.includes('EVAL (INFO GETEX)') ? 'Redis answered' : null;
}
