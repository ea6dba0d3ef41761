import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Audit, AuditEventName } from './audit.ts';
import type { ThrottleLimits } from './config.ts';
import { mac } from './keys.ts';
import { Problem } from './problem.ts';
import { currentRequest } from './request-context.ts';
import { StoreUnavailableError, withinBudget } from './store-budget.ts';

/**
 * Makes a counter in the store of an example, so that all instances count together.
 *
 * @param options.keyPrefix what is counted. @param options.points how many there may be.
 * @param options.duration of the window, in seconds.
 */
export type MakeLimiter = (options: {
  keyPrefix: string;
  points: number;
  duration: number;
}) => RateLimiterAbstract;

/** Counters in this process: each instance counts for itself, and a restart forgets. */
export const memoryLimiter: MakeLimiter = (options) => new RateLimiterMemory(options);

export interface ThrottleOptions {
  /** Without it, nobody finds out whose counters lie in the store. 32 bytes. */
  key: Buffer;
  limiter: MakeLimiter;
  limits: ThrottleLimits;
  /** For all store calls of one request together, in milliseconds. */
  budgetMs: number;
  audit: Audit;
}

/** Takes back what was counted, as soon as that is known. */
type Undo = () => void;

/** Different values that were counted already; the oldest are forgotten. */
const REMEMBERED = 10_000;

/**
 * Slows down whoever guesses: passwords, per account and per client, and session cookies, per client
 * (ASVS 5.0 6.3.1; OWASP Authentication CS, "login throttling").
 *
 * Only failures count, and a window passes by itself: nobody can lock somebody out for good. But
 * while it lasts, the right password is refused like a wrong one, or the answer would tell them apart.
 */
export class Throttle {
  readonly #key: Buffer;
  readonly #account: RateLimiterAbstract;
  readonly #client: RateLimiterAbstract;
  readonly #cookies: RateLimiterAbstract;
  readonly #budgetMs: number;
  readonly #audit: Audit;
  readonly #counted = new Set<string>();

  constructor({ key, limiter, limits, budgetMs, audit }: ThrottleOptions) {
    this.#key = key;
    const duration = limits.windowMs / 1000;
    this.#account = limiter({ keyPrefix: 'account', points: limits.perAccount, duration });
    this.#client = limiter({ keyPrefix: 'client', points: limits.perClient, duration });
    this.#cookies = limiter({ keyPrefix: 'cookies', points: limits.unknownIds, duration });
    this.#budgetMs = budgetMs;
    this.#audit = audit;
  }

  /**
   * Checks a password, unless there were too many wrong ones.
   *
   * Each attempt is counted before it is made, and a successful one is taken back: a hundred at the
   * same moment get no more tries than one after the other.
   *
   * @param account for instance an e-mail address; only its HMAC is stored.
   * @param verify resolves with null for a wrong password.
   * @throws Problem 429 with `Retry-After`, whether the password is right or not.
   * @throws StoreUnavailableError when nobody can count: nobody gets in unchecked.
   */
  async attempt<T>(account: string, verify: () => Promise<T | null>): Promise<T | null> {
    const name = this.#nameOf(account.toLowerCase());
    const client = this.#clientName();
    const undo: Undo[] = [];
    try {
      // Two counters are two commands: in a cluster their keys are on two servers. The second waits
      // for the first: a client that is over its limit does not use up the tries of an account.
      await this.#count(this.#client, client, ['login_throttled', 'client'], undo);
      await this.#count(this.#account, name, ['login_throttled', 'account'], undo);
    } catch (error) {
      // No password was looked at. Or whoever tries again while the store is slow would find
      // themselves locked out, once it no longer is.
      if (error instanceof StoreUnavailableError) for (const takeBack of undo) takeBack();
      throw error;
    }
    const verified = await verify();
    if (verified !== null) {
      // It was no failure. The account starts anew; the client does not, whoever guesses could
      // clear it by logging in to an account of their own.
      await this.#ask(() =>
        Promise.all([this.#account.delete(name), this.#client.reward(client, 1)]),
      );
    }
    return verified;
  }

  /**
   * Counts a session cookie that leads to no session, once: a browser sends the same dead cookie
   * again and again, whoever guesses sends another each time.
   *
   * @throws Problem 429 when this client has sent too many different ones.
   */
  async countUnknownCookie(value: string): Promise<void> {
    const client = this.#clientName();
    const seen = this.#nameOf(`${client} ${value}`);
    if (this.#counted.has(seen)) return;
    await this.#count(this.#cookies, client, ['cookies_throttled', 'client']);
    this.#counted.add(seen);
    const [oldest = ''] = this.#counted;
    if (this.#counted.size > REMEMBERED) this.#counted.delete(oldest);
  }

  async #count(
    limiter: RateLimiterAbstract,
    name: string,
    [event, reason]: [AuditEventName, string],
    undo: Undo[] = [],
  ): Promise<void> {
    const over = await this.#ask(() => {
      const counted = limiter.consume(name, 1);
      // Only what was counted for certain, perhaps late: else it would buy a guess for nothing.
      const takeBack = () =>
        limiter
          .reward(name, 1)
          .catch(() => this.#audit('store_failed', { reason: 'undo throttle' }));
      undo.push(() => void counted.then(takeBack, () => undefined));
      return counted.then(
        () => undefined,
        (refused: unknown) => {
          if (refused instanceof RateLimiterRes) return refused;
          throw refused;
        },
      );
    });
    if (!over) return;
    this.#audit(event, { reason });
    const seconds = String(Math.max(1, Math.ceil(over.msBeforeNext / 1000)));
    throw new Problem(429, 'too_many_attempts', 'Too many attempts. Please wait a while.', {
      'Retry-After': seconds,
    });
  }

  async #ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await withinBudget(this.#budgetMs, call, 'throttle');
    } catch (error) {
      if (error instanceof StoreUnavailableError)
        this.#audit('store_failed', { reason: 'throttle' });
      throw error;
    }
  }

  #clientName(): string {
    return this.#nameOf(currentRequest()?.client ?? 'unknown');
  }

  /**
   * No address and no account in the clear, and no input that chooses the length of a key. A hash
   * without a key would not do: there are so few addresses that all can be tried.
   */
  #nameOf(text: string): string {
    return mac(this.#key, text).toString('base64url');
  }
}
