import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { AuditEventName } from './audit.ts';
import { Problem } from './problem.ts';
import { inRequest } from './request-context.ts';
import { StoreUnavailableError } from './store-budget.ts';
import { type MakeLimiter, memoryLimiter, Throttle } from './throttle.ts';

const wrong = async () => null;
const right = async () => 'Ada';

function throttle(more: { limiter?: MakeLimiter; unknownIds?: number; key?: Buffer } = {}) {
  const events: AuditEventName[] = [];
  const { limiter = memoryLimiter, unknownIds = 2, key = Buffer.alloc(32) } = more;
  const limits = { perAccount: 2, perClient: 4, unknownIds, windowMs: 60_000 };
  const made = new Throttle({
    key,
    limiter,
    limits,
    budgetMs: 50,
    audit: (event) => events.push(event),
  });
  const from = <T>(client: string, call: () => Promise<T>) => inRequest({ client }, call);
  return { throttle: made, events, from };
}

const status = (attempt: Promise<unknown>) =>
  attempt.then(
    (found) => (found === null ? 401 : 200),
    (error: Problem) => error.status,
  );

describe('passwords', () => {
  it('are not even checked any more when there were too many wrong ones', async () => {
    const { throttle: made, events, from } = throttle();
    let checks = 0;
    const count = async () => {
      checks += 1;
      return null;
    };
    const attempt = (verify: () => Promise<unknown>) =>
      from('a', () => status(made.attempt('Ada@example.com', verify)));
    expect([await attempt(count), await attempt(count)]).toEqual([401, 401]);
    expect([await attempt(count), await attempt(right)]).toEqual([429, 429]);
    expect([checks, events]).toEqual([2, ['login_throttled', 'login_throttled']]);
    // One account, however it is written, and no other.
    expect(await from('b', () => status(made.attempt('ada@EXAMPLE.com', right)))).toBe(429);
    expect(await from('b', () => status(made.attempt('grace@example.com', right)))).toBe(200);
  });

  it('that were right are no failures, of the account or of the client', async () => {
    const { throttle: made, from } = throttle();
    for (let round = 0; round < 3; round++) {
      expect(await from('a', () => status(made.attempt('ada', wrong)))).toBe(401);
      expect(await from('a', () => status(made.attempt('ada', right)))).toBe(200);
    }
    expect(await from('a', () => status(made.attempt('x', wrong)))).toBe(401);
    expect(await from('a', () => status(made.attempt('y', wrong)))).toBe(429); // the client's fifth
  });

  it('say when to try again', async () => {
    const { throttle: made, from } = throttle();
    for (let count = 0; count < 2; count++) await from('a', () => made.attempt('ada', wrong));
    const refused: unknown = await from('a', () => made.attempt('ada', wrong)).catch(
      (error) => error,
    );
    expect(refused).toBeInstanceOf(Problem);
    const seconds = Number((refused as Problem).headers['Retry-After']);
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  it('are counted under names that nobody finds out without the key', async () => {
    const namesUnder = async (key: Buffer) => {
      const names: string[] = [];
      const noting: MakeLimiter = (options) => {
        const limiter = memoryLimiter(options);
        const consume = limiter.consume.bind(limiter);
        limiter.consume = (name, ...rest) => {
          names.push(String(name));
          return consume(name, ...rest);
        };
        return limiter;
      };
      const { throttle: made, from } = throttle({ limiter: noting, key });
      await from('192.0.2.1', () => made.attempt('ada@example.com', wrong));
      return names;
    };
    const keys = [Buffer.alloc(32, 'one'), Buffer.alloc(32, 'another')];
    const names = (await Promise.all(keys.map(namesUnder))).flat();
    const guessed = ['192.0.2.1', 'ada@example.com'].map((text) =>
      createHash('sha256').update(text).digest('base64url'),
    );
    expect(new Set([...names, ...guessed]).size).toBe(6);
    for (const name of names) expect(name).toMatch(/^[\w-]{43}$/);
  });

  it('let nobody in while nobody can count', async () => {
    const broken: MakeLimiter = (options) => {
      const limiter = memoryLimiter(options);
      limiter.consume = () => Promise.reject(new Error('offline'));
      return limiter;
    };
    const { throttle: made, events, from } = throttle({ limiter: broken });
    await expect(from('a', () => made.attempt('ada', right))).rejects.toThrow(
      StoreUnavailableError,
    );
    expect(events).toEqual(['store_failed']);
  });
});

describe('a store that counts too late', () => {
  const late = (isLate: () => boolean): MakeLimiter => {
    return (options) => {
      const limiter = memoryLimiter(options);
      const consume = limiter.consume.bind(limiter);
      limiter.consume = async (...args) => {
        if (isLate()) await wait(80); // beyond the budget
        return consume(...args);
      };
      return limiter;
    };
  };

  it('locks nobody out: what was given up on is not a failed login', async () => {
    let isSlow = true;
    const { throttle: made, from } = throttle({ limiter: late(() => isSlow) });
    for (let round = 0; round < 6; round++) {
      await expect(from('a', () => made.attempt('ada', right))).rejects.toThrow('no answer within');
    }
    isSlow = false;
    const attempt = () => from('a', () => status(made.attempt('ada', right)));
    await expect.poll(attempt, { timeout: 20_000 }).toBe(200);
    await wait(100); // by then all have come, and were taken back
    const guess = (account: string) => from('a', () => status(made.attempt(account, wrong)));
    // As many guesses as ever, and no more.
    expect([await guess('x'), await guess('x'), await guess('x')]).toEqual([401, 401, 429]);
    expect([await guess('y'), await guess('z')]).toEqual([401, 429]);
  });

  it('gives no guess for what it has not counted', async () => {
    let isBroken = true;
    const broken: MakeLimiter = (options) => {
      const limiter = memoryLimiter(options);
      const consume = limiter.consume.bind(limiter);
      limiter.consume = (...args) =>
        isBroken ? Promise.reject(new Error('offline')) : consume(...args);
      return limiter;
    };
    const { throttle: made, from } = throttle({ limiter: broken });
    const guess = () => from('a', () => made.attempt('ada', wrong));
    for (let round = 0; round < 3; round++) await expect(guess()).rejects.toThrow();
    isBroken = false;
    expect([await status(guess()), await status(guess()), await status(guess())]).toEqual([
      401, 401, 429,
    ]);
  });
});

describe('session cookies that lead nowhere', () => {
  it('are counted once each, per client', async () => {
    const { throttle: made, events, from } = throttle();
    const send = (client: string, value: string) =>
      from(client, () => status(made.countUnknownCookie(value)));
    for (let count = 0; count < 10; count++) expect(await send('a', 'dead')).toBe(200);
    expect([await send('a', 'guess 1'), await send('a', 'guess 2')]).toEqual([200, 429]);
    expect(await send('b', 'guess 2')).toBe(200);
    expect(await send('a', 'dead')).toBe(200); // an honest browser goes on
    expect(events).toEqual(['cookies_throttled']);
  });

  it('are remembered up to a bound: a flood of them takes no memory', async () => {
    const { throttle: made, from } = throttle({ unknownIds: 10_501 });
    const send = (value: string) => from('a', () => status(made.countUnknownCookie(value)));
    for (let count = 0; count < 10_500; count++) await send(String(count));
    expect(await send('10499')).toBe(200); // remembered, and not counted again
    expect(await send('0')).toBe(200); // forgotten, and counted
    expect(await send('one too many')).toBe(429);
  });
});
