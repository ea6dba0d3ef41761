import { describe, expect, it } from 'vitest';
import { absoluteEnd, expiresAt, judge, type SessionTimes, touchAfterMs } from './lifetime.ts';

const lifetime = { idleMs: 1_800_000, absoluteMs: 43_200_000 };
const start = Date.UTC(2025, 0);
const fresh: SessionTimes = { createdAt: start, lastSeenAt: start };

describe('the verdict, to the millisecond', () => {
  it('is idle a tenth after the idle time, and not one millisecond before', () => {
    const end = start + 1_800_000 + 180_000;
    expect(expiresAt(fresh, lifetime)).toBe(end);
    expect(judge(fresh, lifetime, end - 1)).toBe('alive');
    expect(judge(fresh, lifetime, end)).toBe('idle');
  });

  it('is absolute at the absolute limit, whenever the session was last seen', () => {
    const end = start + 43_200_000;
    const busy = { ...fresh, lastSeenAt: end - 1 };
    expect(judge(busy, lifetime, end - 1)).toBe('alive');
    expect(judge(busy, lifetime, end)).toBe('absolute');
    expect(expiresAt(busy, lifetime)).toBe(end);
  });

  it('counts the absolute limit from the login, not from the creation', () => {
    const authenticatedAt = start + 1000;
    const times = { ...fresh, lastSeenAt: authenticatedAt, authenticatedAt };
    expect(absoluteEnd(times, lifetime)).toBe(authenticatedAt + 43_200_000);
    expect(absoluteEnd(fresh, lifetime)).toBe(start + 43_200_000);
  });

  it('forgives a clock that is a minute ahead, and nothing beyond that', () => {
    for (const field of ['createdAt', 'lastSeenAt', 'authenticatedAt'] as const) {
      const ahead = (ms: number) => ({ ...fresh, [field]: start + ms });
      expect(judge(ahead(60_000), lifetime, start), field).toBe('alive');
      expect(judge(ahead(60_001), lifetime, start), field).toBe('implausible');
    }
  });

  it('waits at least a second before it pushes an expiry, else a tenth of the idle time', () => {
    expect(touchAfterMs({ idleMs: 1000, absoluteMs: 1 })).toBe(1000);
    expect(touchAfterMs({ idleMs: 10_000, absoluteMs: 1 })).toBe(1000);
    expect(touchAfterMs({ idleMs: 10_001, absoluteMs: 1 })).toBeCloseTo(1000.1);
    expect(touchAfterMs(lifetime)).toBe(180_000);
  });
});

describe('over 3000 random lifetimes and visits', () => {
  // A small generator with a fixed seed: a failure can be repeated.
  let state = 42;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };

  for (const loggedIn of [false, true]) {
    it(`never ends early in use, nor late unused (${loggedIn ? 'logged in' : 'anonymous'})`, () => {
      for (let round = 0; round < 1500; round++) {
        const idleMs = 1000 * (1 + random(random(2) ? 20 : 4000));
        const absoluteMs = 1000 * (1 + random(20_000));
        const life = { idleMs, absoluteMs };
        const lateMs = Math.max(1000, idleMs / 10);
        let times: SessionTimes = { ...fresh, ...(loggedIn && { authenticatedAt: start }) };
        let lastVisit = start;
        const end = start + absoluteMs;

        // Somebody who comes back within the idle time, again and again.
        for (let visit = 0; visit < 20; visit++) {
          const now = lastVisit + random(idleMs + 1);
          if (now >= end) break;
          expect(judge(times, life, now), JSON.stringify({ life, times, now })).toBe('alive');
          // As HardenedStore.touch does: written only when enough of the idle time is used up.
          if (now - times.lastSeenAt >= touchAfterMs(life)) times = { ...times, lastSeenAt: now };
          lastVisit = now;
        }
        // And then stays away.
        const idleEnd = lastVisit + idleMs;
        if (idleEnd < end) expect(judge(times, life, idleEnd)).toBe('alive');
        expect(judge(times, life, Math.ceil(idleEnd + lateMs))).not.toBe('alive');
        expect(judge(times, life, end)).toBe('absolute');
        expect(expiresAt(times, life)).toBeLessThanOrEqual(end);
      }
    });
  }
});
