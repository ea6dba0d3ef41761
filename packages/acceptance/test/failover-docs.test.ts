import { describe, expect, it } from 'vitest';
import {
  compareFailoverFile,
  type Failover,
  failoverDocument,
  KINDS,
  SCENES,
  sayLoss,
} from '../src/report/failover.ts';

const one: Failover = {
  example: 'redis',
  kind: 'Sentinel',
  scene: 'behind',
  requests: 100,
  failed: 10,
  recoveryMs: 2950,
  lostLogins: 3,
  undoneLogouts: 2,
  refusedLogins: 0,
  refusedLogouts: 0,
};
const nothing = { ...one, lostLogins: 0, undoneLogouts: 0 };

describe('docs/failover.md', () => {
  it.each([
    [[], '–'],
    [[one], 'Logins are lost, and logouts are undone.'],
    [[{ ...one, undoneLogouts: 0 }], 'Logins are lost.'],
    [[{ ...one, lostLogins: 0 }], 'Logouts are undone.'],
    [[nothing], 'Nothing.'],
    [
      [{ ...nothing, scene: 'behind, waiting' as const, refusedLogins: 1, refusedLogouts: 1 }],
      'Nothing: logins and logouts are refused.',
    ],
  ])('%o', (seen, words) => expect(sayLoss(seen)).toBe(words));

  const seen = KINDS.flatMap((kind) => SCENES.map((scene) => ({ ...one, kind, scene })));
  const written = failoverDocument(seen);

  it('says what was lost, and how much', () => {
    expect(written).toContain(`| redis | ${sayLoss([one])} | ${sayLoss([one])} |`);
    expect(written).toContain(`| redis, waiting | ${sayLoss([one])} | ${sayLoss([one])} |`);
    expect(written).not.toContain('| hybrid, waiting |');
    expect(written).toContain('| Sentinel, behind | redis | 10 | 100 | 3.0 s | 3 | 2 |');
  });

  it('differs when something else was lost, not when it was more or took longer', () => {
    const again = (more: Partial<Failover>) =>
      compareFailoverFile(
        seen.map((each) => ({ ...each, ...more })),
        written,
      );
    expect(again({})).toBeUndefined();
    expect(again({ lostLogins: 9, recoveryMs: 9000, failed: 1 })).toBeUndefined();
    expect(again({ undoneLogouts: 0 })).toContain('npm run outages');
  });
});
