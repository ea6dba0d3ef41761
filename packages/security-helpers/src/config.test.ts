import { describe, expect, it } from 'vitest';
import { keysFrom, newSecret } from '../test/support.ts';
import { ConfigError, readConfig } from './config.ts';

const SESSION_SECRET = newSecret();
const defaults = { name: 'shop', port: 3002 };
const read = (env: NodeJS.ProcessEnv = {}) => readConfig({ SESSION_SECRET, ...env }, defaults);
const production = { NODE_ENV: 'production', PUBLIC_ORIGIN: 'https://shop.example' };

function problems(env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(env, defaults);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  throw new Error('was accepted');
}

describe('settings that are left out', () => {
  it('have defaults', () => {
    expect(read()).toEqual({
      port: 3002,
      host: '127.0.0.1',
      production: false,
      keys: keysFrom(SESSION_SECRET),
      cookieName: 'sid',
      namespace: 'shop',
      publicOrigin: undefined,
      trustProxyHops: 0,
      lifetime: {
        idleMs: 1_800_000,
        absoluteMs: 43_200_000,
        freshMs: 300_000,
        renewMs: 3_600_000,
        graceMs: 10_000,
        rememberMs: 43_200_000,
      },
      limitPerUser: 10,
      throttle: { perAccount: 10, perClient: 50, unknownIds: 50, windowMs: 900_000 },
      pruneMs: 900_000,
      storeBudgetMs: 500,
      hybridHotMs: 60_000,
      waitReplicas: 0,
    });
  });

  it('are also those that are empty, as in a .env file with nothing behind the sign', () => {
    const empty = { PORT: '', NODE_ENV: '', PUBLIC_ORIGIN: '', SESSION_COOKIE_NAME: '' };
    expect(read(empty)).toEqual(read());
  });
});

describe('settings that are given', () => {
  it('are taken', () => {
    const config = read({
      ...production,
      PORT: '0',
      HOST: '::1',
      SESSION_COOKIE_NAME: 'sid_shop',
      SESSION_NAMESPACE: 'shop_2',
      TRUST_PROXY_HOPS: '2',
      SESSION_IDLE_SECONDS: '1',
      SESSION_ABSOLUTE_SECONDS: '2',
      SESSION_PRUNE_SECONDS: '3',
      STORE_DEADLINE_MS: '4',
      REDIS_WAIT_REPLICAS: '1',
      UNRELATED: 'x',
    });
    expect(config).toMatchObject({
      port: 0,
      host: '::1',
      production: true,
      cookieName: 'sid_shop',
      namespace: 'shop_2',
      publicOrigin: 'https://shop.example',
      trustProxyHops: 2,
      lifetime: { idleMs: 1000, absoluteMs: 2000 },
      pruneMs: 3000,
      storeBudgetMs: 4,
      waitReplicas: 1,
    });
  });

  it.each([
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '3000.5'],
    ['PORT', ' 3000'],
    ['PORT', '0x10'],
    ['PORT', '99999999999'],
    ['TRUST_PROXY_HOPS', 'true'],
    ['TRUST_PROXY_HOPS', '11'],
    ['TRUST_PROXY_HOPS', 'loopback'],
    ['SESSION_IDLE_SECONDS', '0'],
    ['SESSION_IDLE_SECONDS', '-5'],
    ['SESSION_IDLE_SECONDS', '1e3'],
    ['SESSION_IDLE_SECONDS', 'Infinity'],
    ['SESSION_ABSOLUTE_SECONDS', '34560001'],
    ['SESSION_PRUNE_SECONDS', '2147484'],
    ['STORE_DEADLINE_MS', '0'],
    ['STORE_DEADLINE_MS', '60001'],
    ['REDIS_WAIT_REPLICAS', '-1'],
    ['REDIS_WAIT_REPLICAS', 'all'],
    ['REDIS_WAIT_REPLICAS', '101'],
    ['SESSION_COOKIE_NAME', '__Host-sid'],
    ['SESSION_COOKIE_NAME', 'a=b'],
    ['SESSION_COOKIE_NAME', 'sid\n'],
    ['SESSION_COOKIE_NAME', 'x'.repeat(33)],
    ['SESSION_NAMESPACE', 'Shop'],
    ['SESSION_NAMESPACE', 'shop:x'],
    ['SESSION_NAMESPACE', '"; drop'],
    ['PUBLIC_ORIGIN', 'bakery.example'],
    ['PUBLIC_ORIGIN', 'https://shop.example/'],
    ['PUBLIC_ORIGIN', 'https://shop.example:443'],
    ['PUBLIC_ORIGIN', 'https://SHOP.example'],
    ['PUBLIC_ORIGIN', 'https://ada:pw@shop.example'],
    ['PUBLIC_ORIGIN', 'ftp://shop.example'],
    ['PUBLIC_ORIGIN', 'null'],
  ])('%s: %j is refused in one sentence that does not repeat it', (name, value) => {
    const found = problems({ SESSION_SECRET, [name]: value });
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${name} (is|must) `))]);
    // Bounds and examples in a sentence may hold a short value by chance.
    if (value.trim().length > 4) expect(found.join()).not.toContain(value.trim());
  });

  it('are complained about all at once, a sentence a line', () => {
    const found = problems({
      SESSION_SECRET: 'keyboard cat',
      PORT: 'http',
      SESSION_IDLE_SECONDS: '0',
      NODE_ENV: 'production',
      DEBUG: '*',
      NODE_DEBUG: 'koa-session',
    });
    expect(found.map((line) => line.split(' ')[0])).toEqual([
      'PORT',
      'SESSION_IDLE_SECONDS',
      'SESSION_SECRET',
      'PUBLIC_ORIGIN',
      'DEBUG',
      'NODE_DEBUG',
    ]);
  });

  it('make the process end with the code for bad settings', () => {
    expect(new ConfigError('x').exitCode).toBe(78);
  });
});

describe('in production', () => {
  it.each([undefined, '', 'http://shop.example', 'https:', 'https://'])(
    'the origin has to be https: %j',
    (origin) => {
      const found = problems({ SESSION_SECRET, ...production, PUBLIC_ORIGIN: origin });
      expect(found.join('\n')).toMatch(/^PUBLIC_ORIGIN /);
    },
  );

  it.each([
    '*',
    'express-session',
    'express*',
    'exp*ion',
    '*session',
    'send,express-session',
    'send express-session',
    '*,-express-session',
  ])('DEBUG=%s is refused: it prints ids', (DEBUG) => {
    expect(problems({ SESSION_SECRET, ...production, DEBUG })).toEqual([
      expect.stringMatching(/^DEBUG /),
    ]);
  });

  it.each(['', 'express:*', 'send', 'express', '-express-session', 'my-express-session', '('])(
    'DEBUG=%s prints none, and may stay',
    (DEBUG) => {
      expect(read({ ...production, DEBUG }).production).toBe(true);
    },
  );

  it.each(['*', 'koa-session', 'koa-session:context', 'http,KOA-SESSION', 'koa*'])(
    'NODE_DEBUG=%s is refused: it prints ids',
    (NODE_DEBUG) => {
      expect(problems({ SESSION_SECRET, ...production, NODE_DEBUG })).toEqual([
        expect.stringMatching(/^NODE_DEBUG /),
      ]);
    },
  );

  it('NODE_TLS_REJECT_UNAUTHORIZED=0 is refused: it lets any certificate pass', () => {
    const unchecked = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    expect(problems({ SESSION_SECRET, ...production, ...unchecked })).toEqual([
      expect.stringMatching(/^NODE_TLS_REJECT_UNAUTHORIZED /),
    ]);
    expect(read({ ...production, NODE_TLS_REJECT_UNAUTHORIZED: '1' }).production).toBe(true);
  });

  it('only there: elsewhere one may look', () => {
    const unchecked = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    expect(read({ DEBUG: '*', NODE_DEBUG: '*', ...unchecked }).production).toBe(false);
  });
});
