import { z } from 'zod';
import { deriveKeys, type SessionKeys } from './keys.ts';
import type { Durations } from './lifetime.ts';
import { parseSecrets, SecretError } from './secrets.ts';

/** The settings cannot be used. Its message has one sentence a line and repeats no value. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  /** EX_CONFIG of sysexits.h. */
  readonly exitCode = 78;
}

export interface Config {
  /** Port to listen on; 0 means any free one. */
  port: number;
  /** Address to listen on: loopback, unless somebody decides otherwise. */
  host: string;
  production: boolean;
  keys: SessionKeys;
  cookieName: string;
  /** Prefixes everything this server keeps in a shared store. */
  namespace: string;
  /** Where browsers reach us. Required in production, where it begins with `https:`. */
  publicOrigin: string | undefined;
  /** How many proxies of ours are in front. */
  trustProxyHops: number;
  lifetime: Durations;
  /** How many sessions a user may have at a time; a login beyond it ends the oldest. */
  limitPerUser: number;
  throttle: ThrottleLimits;
  /** How often expired sessions are swept, in milliseconds. */
  pruneMs: number;
  /** For all store calls of one request together, in milliseconds. */
  storeBudgetMs: number;
  /** How long the hybrid store may go without asking Postgres for a session, in milliseconds. */
  hybridHotMs: number;
  /** How many replicas of Redis must have a login or a logout before it is confirmed; 0: none. */
  waitReplicas: number;
}

/** How many attempts there are in a window of time. */
export interface ThrottleLimits {
  /** Wrong passwords for one account, from wherever. */
  perAccount: number;
  /** Wrong passwords from one client, for whatever account. */
  perClient: number;
  /** Different session cookies from one client that lead to no session. */
  unknownIds: number;
  windowMs: number;
}

/** How a setting is named in this example when the environment leaves it out. */
export interface ConfigDefaults {
  name: string;
  port: number;
}

const DAY_SECONDS = 86_400;

const whole = (min: number, max: number) =>
  z
    .stringFormat('whole number', /^\d{1,9}$/)
    .transform(Number)
    .refine(
      (value) => value >= min && value <= max,
      `must be a whole number from ${min} to ${max}`,
    );

const seconds = (fallback: number, max = 400 * DAY_SECONDS) =>
  whole(1, max)
    .transform((value) => value * 1000)
    .default(fallback * 1000);

const namespace = z.stringFormat('namespace', /^[a-z][a-z0-9_]{0,31}$/);

const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text && text.startsWith('http'),
    'must be an origin such as https://shop.example, without a path',
  );

/**
 * Reads the settings that all examples share from the environment.
 *
 * @param env usually `process.env`. An empty value counts as not set.
 * @throws ConfigError naming every problem at once.
 */
export function readConfig(env: NodeJS.ProcessEnv, defaults: ConfigDefaults): Config {
  const schema = z.object({
    PORT: whole(0, 65_535).default(defaults.port),
    HOST: z.string().default('127.0.0.1'),
    // A typing error here would quietly mean: no Secure, no __Host-, no TLS.
    NODE_ENV: z
      .string()
      .refine(
        (name) => ['development', 'test', 'production'].includes(name),
        'must be development, test or production',
      )
      .default('development'),
    SESSION_COOKIE_NAME: z
      .stringFormat('cookie name', /^[A-Za-z][A-Za-z0-9_-]{0,31}$/)
      .refine((name) => !(name in {}), 'is a name with a meaning in JavaScript')
      .default('sid'),
    SESSION_NAMESPACE: namespace.default(defaults.name),
    PUBLIC_ORIGIN: origin.optional(),
    TRUST_PROXY_HOPS: whole(0, 10).default(0),
    SESSION_IDLE_SECONDS: seconds(1800),
    SESSION_ABSOLUTE_SECONDS: seconds(43_200),
    SESSION_REAUTH_SECONDS: seconds(300),
    SESSION_RENEW_SECONDS: seconds(3600),
    SESSION_RENEW_GRACE_SECONDS: seconds(10, 300),
    SESSION_REMEMBER_SECONDS: seconds(43_200),
    SESSION_LIMIT_PER_USER: whole(1, 10_000).default(10),
    LOGIN_ACCOUNT_LIMIT: whole(1, 10_000).default(10),
    LOGIN_CLIENT_LIMIT: whole(1, 10_000).default(50),
    LOGIN_WINDOW_SECONDS: seconds(900),
    UNKNOWN_ID_LIMIT: whole(1, 10_000).default(50),
    // Timers of Node overflow after 24.8 days, and then fire every millisecond.
    SESSION_PRUNE_SECONDS: seconds(900, 24 * DAY_SECONDS),
    STORE_DEADLINE_MS: whole(1, 60_000).default(500),
    HYBRID_HOT_SECONDS: whole(0, 3600)
      .transform((value) => value * 1000)
      .default(60_000),
    REDIS_WAIT_REPLICAS: whole(0, 100).default(0),
  });
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const problems: string[] = [];

  const parsed = schema.safeParse(set);
  for (const issue of parsed.error?.issues ?? []) {
    problems.push(`${issue.path.join('.')} ${sayWhy(issue)}`);
  }
  const keys = collect(problems, () => deriveKeys(parseSecrets(set['SESSION_SECRET'])));
  const production = set['NODE_ENV'] === 'production';
  if (production) problems.push(...productionProblems(set));

  if (problems.length > 0 || !parsed.data || !keys) throw new ConfigError(problems.join('\n'));
  const values = parsed.data;
  return {
    port: values.PORT,
    host: values.HOST,
    production,
    keys,
    cookieName: values.SESSION_COOKIE_NAME,
    namespace: values.SESSION_NAMESPACE,
    publicOrigin: values.PUBLIC_ORIGIN,
    trustProxyHops: values.TRUST_PROXY_HOPS,
    lifetime: {
      idleMs: values.SESSION_IDLE_SECONDS,
      absoluteMs: values.SESSION_ABSOLUTE_SECONDS,
      freshMs: values.SESSION_REAUTH_SECONDS,
      renewMs: values.SESSION_RENEW_SECONDS,
      graceMs: values.SESSION_RENEW_GRACE_SECONDS,
      // A cookie that outlived its session would only be sent for nothing.
      rememberMs: Math.min(values.SESSION_REMEMBER_SECONDS, values.SESSION_ABSOLUTE_SECONDS),
    },
    limitPerUser: values.SESSION_LIMIT_PER_USER,
    throttle: {
      perAccount: values.LOGIN_ACCOUNT_LIMIT,
      perClient: values.LOGIN_CLIENT_LIMIT,
      unknownIds: values.UNKNOWN_ID_LIMIT,
      windowMs: values.LOGIN_WINDOW_SECONDS,
    },
    pruneMs: values.SESSION_PRUNE_SECONDS,
    storeBudgetMs: values.STORE_DEADLINE_MS,
    hybridHotMs: values.HYBRID_HOT_SECONDS,
    waitReplicas: values.REDIS_WAIT_REPLICAS,
  };
}

/** The namespace alone, for a command that needs no other setting. @throws ConfigError */
export function readNamespace(env: NodeJS.ProcessEnv, fallback: string): string {
  const parsed = namespace.safeParse(env['SESSION_NAMESPACE'] || fallback);
  if (parsed.success) return parsed.data;
  throw new ConfigError('SESSION_NAMESPACE is not a namespace');
}

function productionProblems(env: NodeJS.ProcessEnv): string[] {
  const problems = tlsProblems(env);
  if (!env['PUBLIC_ORIGIN']?.startsWith('https://')) {
    problems.push(
      'PUBLIC_ORIGIN must be set in production and begin with https://: the session cookie is Secure',
    );
  }
  // These print session ids and signed cookies into the log.
  if ((env['DEBUG'] ?? '').split(/[\s,]+/).some((pattern) => matches('express-session', pattern))) {
    problems.push('DEBUG must not include express-session in production: it prints session ids');
  }
  if (/\*|koa-session/i.test(env['NODE_DEBUG'] ?? '')) {
    problems.push('NODE_DEBUG must not include koa-session in production: it prints session ids');
  }
  return problems;
}

/** What would make Node take any certificate for good, those of the stores among them. */
export function tlsProblems(env: NodeJS.ProcessEnv): string[] {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return [];
  return ['NODE_TLS_REJECT_UNAUTHORIZED must not be 0 in production: every certificate would pass'];
}

/** As the debug package reads its patterns: `express*` includes express-session. */
function matches(name: string, pattern: string): boolean {
  const literals = pattern.split('*').map((text) => text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`).test(name);
}

function collect<T>(problems: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    problems.push(error.message);
    return undefined;
  }
}

function sayWhy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'custom':
      return issue.message;
    case 'invalid_format':
      return `is not a ${issue.format}`;
    default:
      return 'is not valid';
  }
}
