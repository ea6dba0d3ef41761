import { describe, expect, it } from 'vitest';
import {
  type Meanwhile,
  type Observation,
  sayOutage,
  sayRange,
} from '../src/report/outage-words.ts';
import { compareOutagesFile, outagesDocument, titleOf } from '../src/report/outages.ts';

const well = { early: true, late: true, left: false };
const served = { here: 200, back: 200, change: 200, login: 200, logout: 204 };
const refused = { here: 503, back: 503, change: 503, login: 503, logout: 503 };

describe('what is said of an outage', () => {
  const say = (meanwhile: object, afterwards = well) =>
    sayOutage({ meanwhile: { ...served, ...meanwhile }, afterwards });

  it.each([
    [{}, 'Nobody notices.'],
    [{ logout: 503 }, 'Nobody notices but who logs out: 503.'],
    [
      { change: 503, login: 503, logout: 503 },
      'Who is logged in goes on; 503 for who changes something, who logs in and who logs out.',
    ],
    [
      { back: 503, login: 500 },
      'Who is here goes on, changes are kept and logouts work; 503, 500 for who comes back and who logs in.',
    ],
    [
      { here: 503, change: 503 },
      'Who comes back is served, logins work and logouts work; 503 for who is here and who changes something.',
    ],
    [refused, 'Nobody’s session works, nobody gets in or out: 503.'],
    [{ ...refused, here: 401 }, 'Nobody’s session works, nobody gets in or out: 401, 503.'],
  ])('%o meanwhile', (meanwhile, words) => {
    expect(say(meanwhile).replace(' Afterwards nobody is logged out.', '')).toBe(words);
  });

  it.each([
    [{}, 'Afterwards nobody is logged out.'],
    [{ early: false, late: false }, 'Afterwards everybody is logged out.'],
    [{ late: false }, 'Afterwards the latest logins are gone.'],
    [{ early: false }, 'Afterwards only the latest logins are there.'],
    [
      { left: true },
      'Afterwards nobody is logged out and the latest logouts are undone, so that those cookies work again.',
    ],
  ])('%o afterwards', (afterwards, words) => {
    const first = 'Nobody’s session works, nobody gets in or out: 503.';
    expect(say(refused, { ...well, ...afterwards })).toBe(`${first} ${words}`);
  });

  it('nobody notices, but something is lost: that is said', () => {
    const lost = { early: false, late: false, left: false };
    expect(say({}, lost)).toBe('Nobody notices. Afterwards everybody is logged out.');
  });

  it('an app that is gone answers nobody; one without its store tries, and ends or goes on', () => {
    expect(sayOutage({ afterwards: well })).toBe(
      'Nobody is answered. Afterwards nobody is logged out.',
    );
    const boot = (exitCode?: number) => sayOutage({ boot: { waited: 4, exitCode } });
    expect(boot(69)).toBe('It tries 5 times and says so, then ends with exit code 69.');
    expect(boot()).toBe('It tries 5 times and says so, then starts without it.');
  });

  it.each([
    [[], '–'],
    [[3, 99, 100], '0.1 s'],
    [[3, 101], '0.1 s to 0.2 s'],
    [[1000, 1001], '1.0 s to 1.1 s'],
    [[20_001], '21 s'],
  ])('%o milliseconds', (times, words) => expect(sayRange(times)).toBe(words));
});

describe('the document', () => {
  const seen = (meanwhile: Observation['meanwhile'], more: Partial<Observation> = {}) =>
    ['redis', 'koa', 'hybrid'].map((example) => ({
      example,
      outage: 'redis-killed-always',
      meanwhile: example === 'hybrid' ? served : (meanwhile ?? served),
      afterwards: well,
      slowestMs: [200],
      recoveryMs: [100],
      ...more,
    }));
  const run = (...all: Observation[][]) => ({ versions: ['Redis 8'], seen: all.flat() });
  const document = outagesDocument(run(seen(refused)));
  const title = titleOf('redis-killed-always');

  it('has one column for examples that behave alike, and the times of each', () => {
    expect(document).toContain('|  | redis, koa | hybrid |');
    expect(document).toContain(' | Nobody’s session works, nobody gets in or out: 503. Afterw');
    expect(document).toContain(`| ${title} | 0.1 s | 0.1 s | 0.1 s |`);
    expect(document).toContain(`| ${title} | 0.2 s | 0.2 s | 0.2 s |`);
    expect(document).toContain('Seen with Redis 8.');
  });

  it('differs when something else was seen, not when it took another time', () => {
    const drift = (...all: Observation[][]) => compareOutagesFile(run(...all), document);
    expect(drift(seen(refused))).toBeUndefined();
    expect(drift(seen(refused, { recoveryMs: [900], slowestMs: [7] }))).toBeUndefined();
    expect(drift(seen({ ...refused, here: 200 }))).toContain('npm run outages');
    expect(drift([])).toContain('npm run outages');
  });

  it('keeps what only some machines can try, unless it was tried and another thing seen', () => {
    const of = (outage: string, meanwhile: Meanwhile): Observation[] => [
      { example: 'postgres', outage, meanwhile, slowestMs: [], recoveryMs: [] },
      { example: 'hybrid', outage, meanwhile: served, slowestMs: [], recoveryMs: [] },
    ];
    const killed = of('postgres-killed', refused);
    const written = outagesDocument(run(of('postgres-full', refused), killed));
    expect(compareOutagesFile(run(killed), written)).toBeUndefined();
    const other = run(of('postgres-full', { ...refused, here: 200 }), killed);
    expect(compareOutagesFile(other, written)).toContain('npm run outages');
  });
});
