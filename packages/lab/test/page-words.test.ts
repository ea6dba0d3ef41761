// What the lab page says: of cookies, of plugs, of commands, and what it recommends.
import { deriveKeys, newSessionId, parseSecrets } from 'security-helpers';
import * as express from 'security-helpers/express';
import * as koa from 'security-helpers/koa';
import { describe, expect, it } from 'vitest';
import measured from '../../../docs/benchmarks/sizes.json' with { type: 'json' };
import { type Answers, decide, questions } from '../page/decision.ts';
import { plan, sayBytes } from '../page/plan.ts';
import { readMonitor, shortStatement } from '../src/page/commands.ts';
import { explainCookie } from '../src/page/cookie.ts';
import { judge, type Look } from '../src/page/verdict.ts';

const secrets = [1, 2].map((n) => Buffer.from(newSessionId() + n).toString('base64url'));
const keys = deriveKeys(parseSecrets(secrets.join(','))).cookie;
const at = (url: string) => ({ url: new URL(url), keys });
const https = at('https://www.shop.example');

describe('a cookie in words', () => {
  it.each([
    ['__Host-sid=1; Path=/; Secure; Domain=shop.example', '__Host- with Domain: browsers drop it.'],
    ['__Host-sid=1; Path=/', '__Host- without Secure: browsers drop it.'],
    ['__HOST-sid=1; Path=/app; Secure', '__Host- without Path=/: browsers drop it.'],
    ['__Secure-sid=1', '__Secure- without Secure: browsers drop it.'],
    ['sid=1; SameSite=None', 'SameSite=None without Secure: browsers drop it.'],
  ])('%s is dropped', (line, why) => {
    const { warnings, fate } = explainCookie(line, https);
    expect(warnings).toContain(why);
    expect(fate).toBe('A browser drops it.');
  });

  it('Secure on http is dropped, but not on this machine', () => {
    const line = 'sid=1; Secure; HttpOnly; SameSite=Lax';
    expect(explainCookie(line, at('http://www.shop.example')).fate).toBe('A browser drops it.');
    const here = explainCookie(line, at('http://127.0.0.1:3002'));
    expect(here.fate).toBe('A browser keeps it.');
    expect(here.warnings).toEqual(['Secure on http: taken on this machine, and nowhere else.']);
  });

  it('one that is as it should be has no warning', () => {
    const { warnings, fate, attributes } = explainCookie(
      'Set-Cookie: __Host-sid=1; Path=/; HttpOnly; Secure; SameSite=Lax',
      https,
    );
    expect([warnings, fate]).toEqual([[], 'A browser keeps it.']);
    expect(attributes.map(({ name }) => name)).toEqual(
      ['Path', 'HttpOnly', 'Secure', 'SameSite'].concat('no Domain', 'no Max-Age'),
    );
  });

  it.each(['Max-Age=0', 'Expires=Thu, 01 Jan 1970 00:00:00 GMT'])('%s deletes it', (when) => {
    expect(explainCookie(`sid=; Path=/; ${when}`, https).fate).toMatch(/deletes/);
  });

  it('the third-party context is warned of, and what each attribute lacks', () => {
    const none = explainCookie('sid=1; SameSite=None; Secure; HttpOnly', https);
    expect(none.warnings).toEqual([expect.stringContaining('third-party')]);
    const bare = explainCookie('sid=1; Path=/', https).warnings.join(' ');
    expect(bare).toMatch(/No SameSite.* No HttpOnly.* No Secure/);
  });

  it('says with which secret a signature is valid, in Express and in Koa', () => {
    const id = newSessionId();
    const cookie = (key: string) => `sid=${encodeURIComponent(express.sign(id, key))}`;
    expect(explainCookie(cookie(keys[0]), https)).toMatchObject({
      id,
      signature: 'Valid, with the newest secret (of 2).',
    });
    expect(explainCookie(cookie(keys[1] ?? ''), https).signature).toMatch(/secret 2 of 2/);
    expect(explainCookie(cookie('another'), https).signature).toMatch(/^Not valid/);
    const signature = koa.sign('sid', id, keys[0]);
    const own = explainCookie(`sid=${id}`, { ...https, signature });
    expect(own).toMatchObject({ id, signature: 'Valid, with the newest secret (of 2).' });
    const other = explainCookie(`sid=${newSessionId()}`, { ...https, signature });
    expect(other.signature).toMatch(/^Not valid/);
  });

  it('takes a value alone', () => {
    const value = express.sign(newSessionId(), keys[0]);
    expect(explainCookie(value, https)).toMatchObject({ name: '', warnings: [], value });
    expect(explainCookie(value, https).signature).toMatch(/^Valid/);
  });
});

describe('what a plug did, in one sentence', () => {
  const look = (seen: Partial<Look>): Look => ({
    instance: 0,
    status: 200,
    ms: 7,
    kept: ['in Redis'],
    expired: null,
    ...seen,
  });
  const say = (before: Partial<Look>, ...after: Partial<Look>[]) =>
    judge({ before: look(before), after: after.map(look), inProcess: false });

  it.each([
    ['kept', 'Still logged in: 200', {}, {}],
    ['kept', 'Served again, and still logged in', { status: 503 }, {}],
    ['lost', 'Logged out: 401', {}, { status: 401, kept: [] }],
    ['lost', 'idle timeout', {}, { status: 401, kept: [], expired: 'idle' }],
    ['waits', 'Not logged out, but not served: 503 after 7 ms', {}, { status: 503, kept: null }],
    ['waits', 'the record is still in Redis', {}, { status: null }],
    ['waits', 'log in first', { status: 401, kept: [] }, { status: 401, kept: [] }],
  ] as const)('%s: %s', (tone, text, before, after) => {
    const said = say(before, after);
    expect(said).toMatchObject({ tone, text: expect.stringContaining(text) });
    expect(said.text).toMatch(/^[A-Z].*\.$/);
  });

  it('tells the two instances apart, whichever was asked first', () => {
    const [first, second] = [{ status: 200 }, { instance: 1, status: 401, kept: [] }];
    const sentence = 'The first instance says 200, the second 401: ';
    expect(say({}, first, second).text).toContain(sentence);
    expect(say({}, second, first).text).toContain(sentence);
  });

  it('sessions in the process go with it', () => {
    const gone = look({ status: null, kept: null });
    const { text } = judge({ before: look({}), after: [gone], inProcess: true });
    expect(text).toContain('gone with the process');
  });
});

describe('what the store was asked', () => {
  it('by MONITOR: a script with what it calls, and nothing of others', () => {
    const lines = [
      '+1 [0 127.0.0.1:5] "GET" "redis:session:abc"',
      '+1 [0 127.0.0.1:6] "GET" "koa:session:abc"',
      '+1 [0 127.0.0.1:5] "eval" "return 1" "1" "redis:throttle:x" "1"',
      '+1 [0 lua] "SET" "redis:throttle:x" "0"',
      '+1 [0 lua] "INCRBY" "redis:throttle:x" "1"',
      '+1 [0 127.0.0.1:6] "eval" "return 1" "1" "koa:throttle:x" "1"',
      '+1 [0 lua] "SET" "koa:throttle:x" "0"',
      '+1 [0 127.0.0.1:7] "PING"',
    ];
    expect(readMonitor(lines, 'redis')).toEqual(['GET', 'EVAL (SET INCRBY)']);
  });

  it('by pg_stat_statements: the verb and the table', () => {
    const text = 'SELECT sess AS record\n FROM "hybrid".session WHERE sid = $1';
    expect(shortStatement(text)).toBe('SELECT session');
    expect(shortStatement('INSERT INTO "hybrid"."throttle" VALUES')).toBe('INSERT throttle');
  });
});

describe('what to take', () => {
  const usual = Object.fromEntries(
    questions.map(({ id, options }) => [id, options[0][0]]),
  ) as unknown as Answers;
  const taken = (more: Partial<Answers>) => decide({ ...usual, ...more }).example;

  it.each([
    ['memory', { restart: 'yes', instances: 'one', crash: 'yes' }],
    ['redis', { runs: 'redis', crash: 'yes' }],
    ['redis', { runs: 'nothing', crash: 'yes', load: 'many' }],
    ['postgres', { runs: 'postgres' }],
    ['postgres', { restart: 'yes', instances: 'one', crash: 'no' }],
    ['postgres', { runs: 'redis', crash: 'no' }],
    ['hybrid', { outage: 'goOn' }],
    ['hybrid', { runs: 'both', load: 'many' }],
  ] as const)('%s', (example, answers) => expect(taken(answers)).toBe(example));

  it('each answer has reasons, whatever was chosen, and several processes never get memory', () => {
    let all: Record<string, string>[] = [{}];
    for (const { id, options } of questions) {
      all = all.flatMap((some) => options.map(([value]) => ({ ...some, [id]: value })));
    }
    expect(all).toHaveLength(128);
    for (const answers of all as unknown as Answers[]) {
      const { example, reasons } = decide(answers);
      expect(reasons.length).toBeGreaterThan(1);
      if (answers.instances === 'several') expect(example).not.toBe('memory');
      if (answers.outage === 'goOn') expect(example).toBe('hybrid');
    }
  });

  it('a plan goes through what was measured, and on a line between', () => {
    const of = (recordBytes: number) =>
      plan({ users: 1000, sessionsEach: 2, recordBytes, idleMinutes: 30 });
    const { sizes } = measured;
    const seen = (server: string, recordBytes: number) =>
      sizes.findLast((size) => size.server === server && size.recordBytes === recordBytes)?.bytes ??
      0;
    expect(of(1024)).toMatchObject({ sessions: 2000, redisBytes: 2000 * seen('redis', 1024) });
    expect(of(1024).postgresBytes).toBe(2000 * seen('postgres', 1024));
    const middle = (seen('redis', 1024) + seen('redis', 2048)) / 2;
    expect(of(1536).redisBytes).toBeCloseTo(2000 * middle);
    expect(of(10_240).redisBytes).toBeGreaterThan(2 * of(5120).redisBytes * 0.9);
    expect(of(300).redisBytes).toBeLessThan(of(688).redisBytes);
    expect(of(688).writesPerSecond).toBeCloseTo(2000 / 180);
    expect([sayBytes(1266), sayBytes(253_200_000)]).toEqual(['1.27 KB', '253 MB']);
  });
});
