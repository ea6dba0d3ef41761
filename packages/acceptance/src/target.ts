import type { RequestListener } from 'node:http';
import type { ServiceHandle } from '@session-lab/services';
import type {
  Audit,
  Clock,
  Config,
  CookiePolicy,
  OpenedStore,
  RecordStore,
  Running,
} from 'security-helpers';
import { type Account, hashPassword, type Users } from '../../../examples/memory/src/users.ts';
import { ADA, GRACE } from './browser.ts';

/** An audit event, as the log would have it. */
export interface LoggedEvent {
  event: string;
  session?: string;
  by?: string;
  userId?: string;
  reason?: string;
  client?: string;
}

export interface StartOptions {
  env?: NodeJS.ProcessEnv;
  clock?: Clock;
  users?: Users;
  log?: { info(event: Record<string, unknown>, message: string): void };
}

/** Where the sessions of an example are kept while it is under test. */
export interface Backend {
  /** What points the example at it. */
  env: Record<string, string>;
  /** The process to kill and to freeze; undefined where sessions live in the example itself. */
  service?: Pick<ServiceHandle, 'kill' | 'freeze' | 'thaw' | 'restart'>;
  /** Of these, one that the example can do without. */
  spare?: Pick<ServiceHandle, 'kill' | 'restart'>;
  close(): Promise<void>;
}

export interface BackendOptions {
  /** Whether what was confirmed is still there after a SIGKILL of the store. */
  durable?: boolean;
}

/** How a framework writes the cookies of a session. */
export interface CookieFormat {
  /** The names of all cookies of a session whose cookie is called `name`; the first has the id. */
  names(name: string): readonly [string, ...string[]];
  /** The `Cookie` header for this id, signed as the server signs it. */
  signed(name: string, id: string, key: string): string;
}

/** What a small app is made of, for what no route of an example can show. */
export interface MiniAppParts {
  store: RecordStore;
  cookie: CookiePolicy;
  config: Config;
  clock: Clock;
  audit: Audit;
  /** Holds a request of /slow and /slow-reader until the test lets it go on. */
  pause(): Promise<void>;
}

/**
 * An app with these routes, in the framework of the example: POST /login (no password needed),
 * /logout, /slow (waits, then changes the session), /quick (changes the same of it at once),
 * /slow-reader (waits, then answers), /half-login (changes the session into a logged-in one, then
 * fails), /first-step and /second-step of a login; GET /profile (200 or 401).
 */
export interface MiniApp {
  /** What is special about it: it goes on after "an app". */
  title: string;
  create(parts: MiniAppParts): RequestListener;
}

/** What the framework of an example brings with it. */
export interface Framework {
  cookies: CookieFormat;
  miniApps: readonly [MiniApp, ...MiniApp[]];
}

/** An example, as the suites see it. */
export interface Target extends Framework {
  name: string;
  /** Whether a restart, or a second instance, finds the same sessions. */
  shared: boolean;
  start(options: StartOptions): Promise<Running>;
  createUsers(accounts?: readonly Account[]): Users;
  openStore(env: NodeJS.ProcessEnv, config: Config, clock: Clock): Promise<OpenedStore>;
  openBackend(options?: BackendOptions): Promise<Backend>;
}

/** Two secrets that are as good as any, so that tests can make cookies and records of their own. */
export const SECRET = 'dGhlIGZpcnN0IG9mIHR3byBjb29raWUga2V5cyBmb3IgdGVzdHMgMDEyMzQ1';
export const NEXT_SECRET = 'YW5vdGhlciBrZXkgdGhhdCByZXBsYWNlcyB0aGUgZmlyc3QgOTg3NjU0MzIx';

/** The demo accounts, with a hash that costs nothing: most tests are not about passwords. */
export async function cheapAccounts(): Promise<Account[]> {
  const cost = { N: 2, r: 1, p: 1 };
  const hash = ({ password }: { password: string }) => hashPassword(password, cost);
  const { email } = ADA;
  const ada = { id: 'user-1', email, name: 'Ada Lovelace', roles: ['member'] };
  const grace = { id: 'user-2', email: GRACE.email, name: 'Grace Hopper' };
  return [
    { ...ada, password: await hash(ADA) },
    { ...grace, roles: ['member', 'admin'], password: await hash(GRACE) },
  ];
}

/** For suites whose many logins must not look like an attack. */
export const NO_LIMITS = {
  LOGIN_ACCOUNT_LIMIT: '10000',
  LOGIN_CLIENT_LIMIT: '10000',
  UNKNOWN_ID_LIMIT: '10000',
  SESSION_LIMIT_PER_USER: '10000',
};

export const OTHER_SECRET = 'YSB0aGlyZCBrZXkgdGhhdCBub2JvZHkgaW4gdGhlc2UgdGVzdHMgaGFzIDQ1Njc4';

/** A running example, what it logged, and its accounts. */
export interface Launched extends Running {
  events: LoggedEvent[];
  users: Users;
}

/** Starts an example in this process, on a free port, with a fixed secret. */
export async function launch(
  target: Target,
  backend: Backend,
  options: { env?: Record<string, string>; clock?: Clock; users?: Users } = {},
): Promise<Launched> {
  const events: LoggedEvent[] = [];
  const { users = target.createUsers(await cheapAccounts()) } = options;
  const running = await target.start({
    // A busy machine must not make a healthy store look dead; outage tests set a budget of their own.
    env: {
      PORT: '0',
      SESSION_SECRET: SECRET,
      STORE_DEADLINE_MS: '10000',
      // Nor must the many logins of a suite look like an attack; its own suite sets its own.
      ...NO_LIMITS,
      ...backend.env,
      ...options.env,
    },
    ...(options.clock && { clock: options.clock }),
    users,
    log: { info: (event) => void events.push(event as unknown as LoggedEvent) },
  });
  return { ...running, events, users };
}

/** What an example's settings and requests look like in production, behind one trusted proxy. */
export const PRODUCTION = {
  origin: 'https://shop.example',
  env: {
    NODE_ENV: 'production',
    PUBLIC_ORIGIN: 'https://shop.example',
    TRUST_PROXY_HOPS: '1',
    ALLOW_MEMORY_STORE: '1',
  },
  headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' },
};
