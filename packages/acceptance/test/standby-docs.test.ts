import { describe, expect, it } from 'vitest';
import { compareStandbyFile, type Failover, standbyDocument } from '../src/report/standby.ts';

const one = { recoveryMs: 150, failed: 7, requests: 1000, lostLogins: 0, undoneLogouts: 0 };
const loss = { lostLogins: 3, undoneLogouts: 2 };

/** @param behind what came of the failovers in which the standby was behind. */
const run = (behind: Partial<Failover>, more: Partial<Failover> = {}): Failover[] =>
  ['postgres', 'hybrid'].flatMap((example) =>
    (['synchronous', 'asynchronous', 'behind'] as const).map((replication) => ({
      ...{ example, replication, ...one, ...more },
      ...(replication === 'behind' && behind),
    })),
  );

describe('docs/standby.md', () => {
  const document = standbyDocument(run(loss));

  it('says what is lost in words, and how much and how soon in numbers', () => {
    expect(document).toContain('| Nothing that was confirmed. | Nothing that was confirmed. |');
    expect(document).toContain('| Confirmed logins are gone, confirmed logouts are undone. |');
    expect(document).toContain('| 0.2 s | 7 of 1000 | 3 | 2 |');
    const logins = standbyDocument(run({ lostLogins: 1 }));
    expect(logins).toContain('| Confirmed logins are gone. |');
  });

  it('differs when something else was lost, not when it was more or took longer', () => {
    const drift = (...args: Parameters<typeof run>) => compareStandbyFile(run(...args), document);
    expect(drift(loss)).toBeUndefined();
    expect(drift({ lostLogins: 30, undoneLogouts: 20 })).toBeUndefined();
    expect(drift(loss, { recoveryMs: 9000, failed: 70 })).toBeUndefined();
    expect(drift({})).toContain('npm run outages');
    expect(drift(loss, { undoneLogouts: 1 })).toContain('npm run outages');
  });
});
