import { setTimeout as wait } from 'node:timers/promises';
import { storeKey } from 'security-helpers';
import { type Answer, Browser, idIn } from '../src/browser.ts';
import { emailOf, passwordOf, USERS } from './accounts.ts';
import { type End, type Event, RENEWAL } from './history.ts';
import type { Random } from './random.ts';

/** A browser in which somebody is logged in, or was. */
export interface Device {
  session: string;
  /** The ids that the session had before this one: whatever ends it ends these as well. */
  before: Pick<Device, 'session' | 'cookie'>[];
  cookie: string;
  csrfToken: string | undefined;
  /** By which others of the user can end it. */
  handle?: string | undefined;
  state: 'live' | 'ended' | 'unknown';
  /** Whatever was to end it. */
  ends: End[];
}

const MOST_DEVICES = 4;
const RECENTLY_ENDED = 8;
const ANY_PORT = 'http://127.0.0.1/'; // a cookie is for a host
const ADMIN = 0;

/** What users do, and how often. */
const DOES = {
  logIn: 16,
  read: 34,
  addToCart: 14,
  logOut: 10,
  race: 4,
  endOne: 3,
  endOthers: 2,
  reauthenticate: 3,
  endAllOf: 2,
  tryOld: 12,
};

/** Everything that all users share. */
export interface Stage {
  instances: readonly { url: string }[];
  record(event: Event): void;
  /** By the clock of the history, in milliseconds. */
  now(): number;
  /** The sessions of a user whose login is confirmed at this moment. */
  sessionsOf(user: string): string[];
  /** False when there has been enough. */
  next(): boolean;
  paceMs: number;
  /** How long somebody waits for an answer, in milliseconds. */
  patienceMs: number;
}

/** Plays one user, one request after the other, until there has been enough. */
export class User {
  readonly devices: Device[] = [];
  readonly #number: number;
  readonly #random: Random;
  readonly #stage: Stage;
  #items = 0;
  /** Whose sessions the administrator could not end the last time. */
  #toEndAgain: number | undefined;

  constructor(number: number, random: Random, stage: Stage) {
    this.#number = number;
    this.#random = random;
    this.#stage = stage;
  }

  async play(): Promise<void> {
    while (this.#stage.next()) {
      await wait(this.#random.between(0, 2 * this.#stage.paceMs));
      await this.#act();
    }
  }

  async #act(): Promise<void> {
    const live = this.devices.filter(({ state }) => state === 'live');
    const ended = this.devices.filter(({ state }) => state === 'ended').slice(-RECENTLY_ENDED);
    const doubtful = this.devices.filter(({ state }) => state === 'unknown');
    // "Try again", said the server: so they do, or look whether it has happened.
    if (doubtful.length > 0 && this.#chance()) {
      const [device, [other]] = [this.#random.pick(doubtful), this.#random.shuffled(live)];
      if (other && this.#chance()) return this.#endOthers(other);
      return this.#chance() ? this.#logOut(device) : this.read(device);
    }
    const does = this.#random.weighted(DOES);
    if (does === 'tryOld' && ended.length > 0) return this.read(this.#random.pick(ended));
    if (live.length === 0 || (does === 'logIn' && live.length < MOST_DEVICES)) return this.#logIn();
    const device = this.#random.pick(live);
    switch (does) {
      case 'addToCart':
        return this.#addToCart(device);
      case 'logOut':
        return this.#logOut(device);
      case 'race':
        return this.#race(device);
      case 'endOne':
        return this.#endOne(device, this.#random.pick(live));
      case 'endOthers':
        return this.#endOthers(device);
      case 'reauthenticate':
        return this.#reauthenticate(device);
      case 'endAllOf':
        return this.#number === ADMIN ? this.#endAllOf(device) : this.read(device);
      default:
        return this.read(device);
    }
  }

  async #logIn(): Promise<void> {
    const [browser, began] = [this.#anywhere(), this.#stage.now()];
    const credentials = { email: this.#email, password: passwordOf(this.#number) };
    const answer = await this.#ask('login', browser, () => browser.post('/login', credentials));
    if (answer?.status === 200) await this.#isIn(browser, began);
  }

  /** Looks who it is, and now and then into the cart, with a cookie that may be worth nothing. */
  async read(device: Device, instance = this.#anyInstance(), wantsCart = this.#chance()) {
    const { session } = device;
    const [browser, began] = [this.#as(device, instance), this.#stage.now()];
    const answer = await this.#ask('profile', browser, () => browser.get('/profile'));
    if (answer?.status === 401) device.state = 'ended';
    if (answer?.status !== 200 && answer?.status !== 401) return;
    if (answer.status === 200) await this.#takeNewId(browser, device, began);
    const { status, json } = answer;
    // An empty cart is shown to anybody: only who has just been let in is asked for one.
    const items = wantsCart && status === 200 && (await this.#cartOf(browser, device));
    device.handle = json.session?.handle ?? device.handle;
    this.#stage.record({
      kind: 'read',
      session,
      status,
      user: json.user?.email,
      items: items || undefined,
      cart: cartOf(device),
      instance,
      began,
      ended: this.#stage.now(),
    });
  }

  /** Undefined when the session has ended meanwhile: then it is a visitor's. */
  async #cartOf(browser: Chosen, device: Device): Promise<string[] | undefined> {
    const answer = await this.#ask('cart', browser, () => browser.get('/cart'));
    const isSession = answer?.status === 200 && answer.json.csrfToken === device.csrfToken;
    return isSession ? answer.json.items : undefined;
  }

  async #addToCart(device: Device): Promise<void> {
    this.#items += 1;
    const item = `${this.#email}/${this.#items}`;
    const cart = cartOf(device);
    const [browser, began] = [this.#as(device), this.#stage.now()];
    const answer = await this.#ask('item', browser, () => browser.post('/cart', { item }));
    // Without a session it is another cart, that of a visitor, and the new id is a visitor's.
    if (answer?.status !== 200 || answer.json.csrfToken !== device.csrfToken) return;
    await this.#takeNewId(browser, device, began);
    this.#stage.record({ kind: 'write', cart, item, began, ended: this.#stage.now() });
  }

  async #logOut(device: Device): Promise<void> {
    const browser = this.#as(device);
    await this.#end('logout', [device], browser, () => browser.post('/logout'));
  }

  async #tryEverywhere(device: Device): Promise<void> {
    const { instances } = this.#stage;
    await Promise.all(instances.map((_, number) => this.read(device, number)));
  }

  /** A logout, and at the same time whatever else the page was doing. */
  async #race(device: Device): Promise<void> {
    await Promise.all([
      this.#addToCart(device),
      this.read(device),
      this.#logOut(device),
      this.read(device),
    ]);
  }

  async #endOne(from: Device, other: Device): Promise<void> {
    const { handle } = other;
    if (handle === undefined || from === other) return this.read(other);
    const browser = this.#as(from);
    await this.#end('ending one', [other], browser, () => browser.delete(`/sessions/${handle}`));
  }

  async #endOthers(from: Device): Promise<void> {
    const others = this.devices.filter((each) => each !== from && each.state !== 'ended');
    const browser = this.#as(from);
    const send = () => browser.delete('/sessions');
    await this.#end('ending the others', others, browser, send, { allOf: this.#email });
  }

  /** The session goes on under another id, and the old one is over. */
  async #reauthenticate(device: Device): Promise<void> {
    const [browser, began] = [this.#as(device), this.#stage.now()];
    const password = passwordOf(this.#number);
    const isDone = await this.#end('re-authentication', [device], browser, () =>
      browser.post('/reauthenticate', { password }),
    );
    if (isDone) await this.#isIn(browser, began, device.csrfToken);
  }

  /** The administrator ends all sessions of somebody who is busy meanwhile. */
  async #endAllOf(device: Device): Promise<void> {
    const number = this.#toEndAgain ?? this.#random.between(1, USERS - 1);
    const [sessions, began] = [this.#stage.sessionsOf(emailOf(number)), this.#stage.now()];
    const how = 'ending all of a user';
    const browser = this.#as(device);
    const answer = await this.#ask(how, browser, () =>
      browser.delete(`/users/user-${number}/sessions`),
    );
    if (answer?.status === 403) return this.#reauthenticate(device); // the window has closed
    const confirmed = answer?.status === 204;
    this.#toEndAgain = confirmed ? undefined : number;
    const [allOf, ended] = [emailOf(number), this.#stage.now()];
    this.#stage.record({ kind: 'end', how, sessions, allOf, confirmed, began, ended });
  }

  /** @returns whether it was confirmed. */
  async #end(
    how: string,
    devices: readonly Device[],
    browser: Chosen,
    send: () => Promise<Answer>,
    scope: { allOf?: string } = {},
  ): Promise<boolean> {
    const began = this.#stage.now();
    const answer = await this.#ask(how, browser, send);
    const isRefused = answer && [401, 403, 404].includes(answer.status);
    if (isRefused) return false; // nothing was done
    const confirmed = answer?.status === 204;
    const all = devices.flatMap((device) => [device, ...device.before]);
    const sessions = all.map(({ session }) => session);
    const ended = this.#stage.now();
    const end: End = { kind: 'end', how, sessions, ...scope, confirmed, began, ended };
    this.#stage.record(end);
    for (const device of devices) {
      device.ends.push(end);
      if (device.state === 'ended') continue;
      device.state = confirmed ? 'ended' : 'unknown';
      if (!confirmed) continue;
      // From now on somebody tries these as well.
      const old = device.before.map((before) => ({ ...device, ...before, before: [] }));
      this.devices.push(...old);
    }
    // A thief would try at once, and everywhere.
    if (confirmed && devices[0]) await this.#tryEverywhere(this.#random.pick(devices));
    return confirmed;
  }

  /** This browser has just been given the cookie of a session that begins. */
  async #isIn(browser: Browser, began: number, csrfToken = browser.csrfToken): Promise<void> {
    const cookie = await browser.cookieHeader();
    const session = this.#begins(cookie, began);
    this.devices.push({ session, before: [], cookie, csrfToken, state: 'live', ends: [] });
  }

  /** @returns its name. */
  #begins(cookie: string, began: number): string {
    const key = storeKey(idIn(cookie));
    const session = key.slice(0, 8);
    const [user, ended] = [this.#email, this.#stage.now()];
    this.#stage.record({ kind: 'login', session, user, key, began, ended });
    return session;
  }

  /** An answer may have brought a new id. The old one works a little longer, nobody knows how long. */
  async #takeNewId(browser: Known, device: Device, began: number): Promise<void> {
    const cookie = await browser.cookieHeader();
    // An answer without a cookie leaves the one that another answer has brought meanwhile.
    if (!cookie || cookie === browser.sentCookie || cookie === device.cookie) return;
    const isSigned = idIn(cookie) === idIn(device.cookie);
    if (isSigned) {
      device.cookie = cookie; // anew, with another secret
      return;
    }
    const { session, before } = device;
    const end = { sessions: [session], confirmed: false, began, ended: this.#stage.now() };
    this.#stage.record({ kind: 'end', how: RENEWAL, ...end });
    device.before = [...before, { session, cookie: device.cookie }];
    device.session = this.#begins(cookie, began);
    device.cookie = cookie;
    // What has ended it meanwhile, perhaps not knowing of the new id, ends that as well.
    for (const end of device.ends) if (end.ended > began) end.sessions.push(device.session);
  }

  /** Undefined when nothing came back. */
  async #ask(what: string, browser: Chosen, send: () => Promise<Answer>) {
    const began = this.#stage.now();
    const answer = await send().catch((error: NodeJS.ErrnoException) => error);
    const isAnswer = !(answer instanceof Error);
    this.#stage.record({
      kind: 'request',
      what,
      instance: browser.instance,
      ok: isAnswer && answer.status < 500,
      answer: isAnswer ? `${answer.status} ${answer.json?.code ?? ''}` : reasonOf(answer),
      began,
      ended: this.#stage.now(),
    });
    return isAnswer ? answer : undefined;
  }

  get #email(): string {
    return emailOf(this.#number);
  }

  #chance(): boolean {
    return this.#random.between(0, 1) === 1;
  }

  #anyInstance(): number {
    return this.#random.between(0, this.#stage.instances.length - 1);
  }

  /** A new browser, on any instance: a load balancer that has not heard of the faults yet. */
  #anywhere(instance = this.#anyInstance()): Chosen {
    const { url = '' } = this.#stage.instances[instance] ?? {};
    return Object.assign(new Browser(url, { timeoutMs: this.#stage.patienceMs }), { instance });
  }

  /** With a copy of its cookie: a browser would drop it at the logout, a thief does not. */
  #as({ cookie, csrfToken }: Device, instance?: number): Known {
    const browser = this.#anywhere(instance);
    for (const pair of cookie.split('; ')) browser.jar.setCookieSync(pair, ANY_PORT);
    browser.csrfToken = csrfToken;
    return Object.assign(browser, { sentCookie: cookie });
  }
}

const cartOf = ({ session, before: [first] }: Device) => first?.session ?? session;

type Chosen = Browser & { instance: number };
type Known = Chosen & { sentCookie: string };

/** A time-out is a DOMException, whose code is a number. */
function reasonOf({ code, name }: NodeJS.ErrnoException): string {
  return typeof code === 'string' ? code : name;
}
