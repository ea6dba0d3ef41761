// What the fuzz tests stand on: an example that is watched, requests written byte by byte, and runs
// that can be repeated.
import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import fc from 'fast-check';
import pg from 'pg';
import { createClient } from 'redis';
import { afterAll, beforeAll, expect, type MockInstance, vi } from 'vitest';
import { Browser } from '../src/browser.ts';
import { startBefore, type UnderTest } from '../src/contract/under-test.ts';
import { type Launched, PRODUCTION, type Target } from '../src/target.ts';
import { hybrid } from '../src/targets/hybrid.ts';
import { koa } from '../src/targets/koa.ts';
import { memory } from '../src/targets/memory.ts';
import { closePostgres, postgres } from '../src/targets/postgres.ts';
import { redis } from '../src/targets/redis.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** With their names, for `describe.each`. */
export const examples = [memory, redis, postgres, hybrid, koa].map(
  (target): [name: string, target: Target] => [target.name, target],
);

afterAll(closePostgres);

const seed = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));
const RUNS = 1000;
const LIMIT_MS = 30_000;

/** Checks `RUNS` inputs, or as many as there is time for. A failure says how to see it again. */
export async function forAll<T>(
  inputs: fc.Arbitrary<T>,
  check: (input: T) => Promise<void>,
): Promise<void> {
  const checkAlone = async (input: T) => {
    try {
      await check(input);
    } catch (error) {
      // From here on smaller inputs are tried: each is judged by what it prints itself.
      vi.mocked(console.error).mockClear();
      throw error;
    }
  };
  const details = await fc.check(fc.asyncProperty(inputs, checkAlone), {
    seed,
    numRuns: RUNS,
    interruptAfterTimeLimit: LIMIT_MS,
  });
  if (details.failed) {
    const report = fc.defaultReportMessage(details);
    const how = `To see it again: FUZZ_SEED=${seed} in the environment.`;
    throw new Error(`${report}\n\n${how}`, { cause: details.errorInstance });
  }
  expect(details.numRuns).toBeGreaterThan(RUNS / 10);
}

/** An example in its two forms, and what the tests may know of it. */
export interface Fuzzed extends UnderTest {
  /** The same store, as in production, behind one proxy. */
  production: Launched;
  /** A session that is logged in all the time, unless something ends it that must not. */
  ada: Browser;
  /** How many session records there are. */
  records(): Promise<number>;
  /** What handlers did not foresee is printed: nothing may be. */
  printed: MockInstance;
  /** Whoever has done nothing wrong is served as ever. */
  expectHonestService(): Promise<void>;
}

/** Starts an example before the suite and ends it after. The fields are filled when tests run. */
export function fuzzBefore(target: Target): Fuzzed {
  // Fuzzing is what throttles are there to stop.
  const patient = {
    LOGIN_ACCOUNT_LIMIT: '10000',
    LOGIN_CLIENT_LIMIT: '10000',
    UNKNOWN_ID_LIMIT: '10000',
  };
  const test = startBefore(target, patient) as Fuzzed;
  let stopCounting: () => unknown = () => undefined;
  beforeAll(async () => {
    test.printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    test.production = await test.another(PRODUCTION.env);
    test.ada = new Browser(test.url);
    await test.ada.logIn();
    await test.ada.get('/profile');
    [test.records, stopCounting] = await recordsOf(test);
    test.expectHonestService = async () => {
      expect((await test.ada.get('/profile')).status).toBe(200);
      const through = { seenAs: PRODUCTION.origin, headers: PRODUCTION.headers };
      for (const grace of [new Browser(test.url), new Browser(test.production.url, through)]) {
        expect((await grace.logIn()).status).toBe(200);
        expect((await grace.post('/cart', { item: 'apple' })).status).toBe(200);
        expect((await grace.get('/profile')).status).toBe(200);
        expect((await grace.post('/logout')).status).toBe(204);
        expect((await grace.get('/profile')).status).toBe(401);
      }
      expect(test.printed).not.toHaveBeenCalled();
    };
  });
  afterAll(async () => {
    await stopCounting();
    vi.restoreAllMocks();
  });
  return test;
}

async function recordsOf({ backend, app, production }: Fuzzed) {
  const { MIGRATION_DATABASE_URL, REDIS_URL, SESSION_NAMESPACE } = backend.env;
  if (MIGRATION_DATABASE_URL) {
    const owner = new pg.Pool({ connectionString: MIGRATION_DATABASE_URL });
    const count = `SELECT count(*)::int AS n FROM ${SESSION_NAMESPACE}.session`;
    return [async () => (await owner.query(count)).rows[0].n, () => owner.end()] as const;
  }
  if (REDIS_URL) {
    const client = await createClient({ url: REDIS_URL }).connect();
    const count = async () => (await client.keys('*:session:*')).length;
    return [count, () => client.destroy()] as const;
  }
  // Nobody sees into another's memory; the audit log says of each record that it was made.
  const made = () => [...app.events, ...production.events].map(({ event }) => event);
  const count = async () => made().filter((event) => event === 'session_created').length;
  return [count, () => undefined] as const;
}

/** A request, byte by byte: nothing between the test and the server puts it right. */
export interface RawRequest {
  method: string;
  path: string;
  headers: readonly (readonly [name: string, value: string])[];
  body?: Buffer;
}

export interface RawAnswer {
  /** Of all answers that came; none where the server hung up. */
  statuses: number[];
  text: string;
}

const ANSWER_LIMIT_MS = 20_000;

/**
 * Sends it, and waits until the server closes the connection.
 *
 * @throws Error when it does not: somebody could let connections pile up.
 */
export function exchange(url: string, request: RawRequest): Promise<RawAnswer> {
  const { method, path, headers, body = Buffer.alloc(0) } = request;
  const lines = [...headers, ['connection', 'close']].map(([name, value]) => `${name}: ${value}`);
  const head = [`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const timer = setTimeout(() => {
      reject(new Error(`the server keeps the connection: ${ANSWER_LIMIT_MS} ms`));
      socket.destroy();
    }, ANSWER_LIMIT_MS);
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', () => undefined); // it hung up while we were still talking
    socket.on('close', () => {
      clearTimeout(timer);
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, code]) => Number(code));
      resolve({ statuses, text });
    });
    socket.write(Buffer.concat([Buffer.from(head, 'latin1'), body]));
    // Who announces more than comes is waited for, and has to hang up first.
    if (isShort(headers, body)) socket.end();
  });
}

function isShort(headers: RawRequest['headers'], body: Buffer): boolean {
  return headers.some(
    ([name, value]) =>
      (name.toLowerCase() === 'content-length' && Number(value) > body.length) ||
      (name.toLowerCase() === 'transfer-encoding' &&
        !body.toString('latin1').endsWith('0\r\n\r\n')),
  );
}

/** Checks what holds for every request, whatever it is. */
export async function expectSane(test: Fuzzed, before: number, answer: RawAnswer): Promise<void> {
  const succeeded = answer.statuses.filter((status) => status >= 200 && status < 400);
  expect(answer.statuses.filter((status) => status >= 500)).toEqual([]);
  expect(test.printed.mock.calls).toEqual([]);
  // Who was refused has left nothing.
  const made = (await test.records()) - before;
  expect(made).toBeLessThanOrEqual(succeeded.length);
}

/** Any characters that a header may hold as far as HTTP is concerned, and some that it may not. */
export const headerText = (maxLength: number) =>
  fc
    .array(fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) }, odd), {
      maxLength,
    })
    .map((codes) => String.fromCharCode(...codes));
const odd = fc.integer({ min: 1, max: 0xff }).filter((code) => code !== 0x0a && code !== 0x0d);
