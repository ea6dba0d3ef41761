import { setTimeout as wait } from 'node:timers/promises';
import { ADA, type Answer, GRACE } from '@session-lab/acceptance';
import { type Config, expiresAt, type SessionTimes, storeKey } from 'security-helpers';
import type { Action, Card, Kept, PastId, Told, XRay } from './api.ts';
import type { Watch } from './commands.ts';
import { type Context, explainCookie } from './cookie.ts';
import { type Pullable, plugsOf } from './plugs.ts';
import { type LaunchAt, Processes } from './processes.ts';
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
  launch: LaunchAt;
}

/** One example under the X-ray, and the lab's browser that visits it. */
export class Subject {
  readonly parts: SubjectParts;
  readonly processes: Processes;
  readonly #changed: () => void;
  readonly #places: readonly Place[];
  readonly #visitor: Visitor;
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
    this.processes = new Processes(parts.launch);
    this.#places = parts.places(() => this.processes.first);
    this.#visitor = new Visitor(
      () => this.processes.urls,
      (work) => this.#watch(work),
    );
  }

  /** One thing after the other: what is seen meanwhile belongs to it. */
  inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(action);
    this.#last = turn.catch(() => undefined);
    return turn;
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

  #cross(before: { id: string | null; cookie: string }, after: string | null, act = ''): void {
    if (before.id === null || before.id === after) return;
    this.#oldCookie = before.cookie;
    const why = WHY_NEW[act] ?? (after === null ? 'it has ended' : 'it was old, and renewed');
    this.#pastIds.unshift({ id: before.id, why });
    this.#pastIds.splice(MOST_PAST);
  }

  #cookieContext(cookies: ReadonlyMap<string, string>): Context & { name: string } {
    const { cookieName, production, keys } = this.parts.config;
    const name = production ? `__Host-${cookieName}` : cookieName;
    const signature = cookies.get(`${name}.sig`);
    const url = new URL(this.processes.url ?? 'http://127.0.0.1');
    return { name, url, keys: keys.cookie, ...(signature !== undefined && { signature }) };
  }

  /** Does something, and sees what the store and the server say meanwhile. */
  async #watch(work: () => Promise<void>): Promise<Beside> {
    const { running } = this.processes;
    for (const each of running) await each.hear();
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
    const heard = await Promise.all(running.map((each) => each.hear()));
    const events = heard.flatMap((each) => each.events);
    const operations = heard.flatMap((each) => each.operations);
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
    const had = { id: await this.#id(), cookie: await this.#cookieHeader() };
    const before = await this.#observe();
    await plug.pull();
    await this.#untilItAnswers();
    const after = [await this.#observe()];
    if (this.processes.second?.isUp) after.push(await this.#observe());
    const { inProcess } = this.parts;
    const { text, tone } = judge({ before, after, inProcess, aside: plug.aside });
    const number = (this.#told[0]?.number ?? 0) + 1;
    this.#told.unshift({ number, plug: plug.label, text, tone, doc: plug.doc });
    this.#told.splice(MOST_TOLD);
    this.#cross(had, await this.#id());
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
    if (!this.processes.isUp || services.some(({ state }) => state !== 'running')) return;
    const until = performance.now() + READY_MS;
    while (performance.now() < until && !(await this.#isWhole())) await wait(50);
  }

  /** `/readyz` of hybrid is 200 while one of its stores answers. */
  async #isWhole(): Promise<boolean> {
    const body = await this.#readyz();
    return body !== undefined && !Object.values(body).includes('down');
  }

  async #readyz(): Promise<object | undefined> {
    const { isUp, url } = this.processes;
    if (!isUp) return undefined;
    const options = { signal: AbortSignal.timeout(1500) };
    const answer = await fetch(`${url}/readyz`, options).catch(() => undefined);
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
    return Math.max(0, end - Date.now() - this.processes.aheadMs);
  }

  card(): Card {
    const { name, store } = this.parts;
    const { isStarting, isUp, url = '', running } = this.processes;
    const state = isStarting ? 'starting' : isUp ? 'up' : 'down';
    const requestsPerSecond = running.reduce((sum, { requests }) => sum + requests, 0);
    return { name, url, store, state, requestsPerSecond, ...this.#card };
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
      aheadMs: this.processes.aheadMs,
      second: this.processes.second?.isUp ? this.processes.second.url : null,
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
