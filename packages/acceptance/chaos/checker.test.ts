import { describe, expect, it } from 'vitest';
import { check } from './checker.ts';
import type { AuditRow, Event } from './history.ts';

const STALE_MS = 1000;
const at = (began: number) => ({ began, ended: began + 10 });
const login: Event = { kind: 'login', session: 's', user: 'ada', key: 'k', ...at(0) };
const created: AuditRow = { key: 'k', event: 'created' };
const over: AuditRow = { key: 'k', event: 'ended' };
const read = (began: number, status: number, more = {}): Event => ({
  ...{
    kind: 'read' as const,
    session: 's',
    cart: 's',
    instance: 0,
    status,
    user: status === 200 ? 'ada' : undefined,
  },
  ...at(began),
  ...more,
});
const end = (began: number, confirmed = true): Event => ({
  ...{ kind: 'end' as const, how: 'logout', sessions: ['s'], confirmed },
  ...at(began),
});
const write = (began: number): Event => ({
  ...{ kind: 'write' as const, cart: 's', item: 'ada/1' },
  ...at(began),
});

/** How much of each was found. */
function count(events: Event[], audit: AuditRow[] = [created]) {
  const found = check([login, ...events], audit, STALE_MS);
  const { lostLogins, resurrectedLogouts, crossUser, lostWrites } = found;
  return [lostLogins, resurrectedLogouts, crossUser, found.audit, lostWrites].map(
    (all) => all.length,
  );
}

describe('the checker', () => {
  it('has nothing to say of a session that lives, and of one that ended', () => {
    expect(count([read(100, 200)])).toEqual([0, 0, 0, 0, 0]);
    const whole = [read(100, 200), write(200), end(300), read(400, 401)];
    expect(count(whole, [created, over])).toEqual([0, 0, 0, 0, 0]);
  });

  it('counts a login that is lost once, however often it is missed', () => {
    expect(count([read(100, 401), read(200, 401)])).toEqual([1, 0, 0, 0, 0]);
  });

  it('takes no answer for no verdict', () => {
    expect(count([read(100, 503)])).toEqual([0, 0, 0, 0, 0]);
  });

  it('counts a session that works after its logout was confirmed', () => {
    expect(count([end(100), read(200, 200)], [created, over])).toEqual([0, 1, 0, 0, 0]);
  });

  it('lets what was not confirmed be either, and be asked for at the same time', () => {
    expect(count([end(100, false), read(200, 200)])).toEqual([0, 0, 0, 0, 0]);
    expect(count([end(100, false), read(200, 401)], [created, over])).toEqual([0, 0, 0, 0, 0]);
    expect(count([end(100), read(105, 200)], [created, over])).toEqual([0, 0, 0, 0, 0]);
    expect(count([read(95, 401), end(100)], [created, over])).toEqual([0, 0, 0, 0, 0]);
  });

  it('lets a revocation that was given up end what begins a little later, and not much later', () => {
    const revocation = (began: number): Event => ({
      ...{ kind: 'end', how: 'all', sessions: [], allOf: 'ada', confirmed: false },
      ...at(began),
    });
    expect(count([revocation(-500), read(100, 401)], [created, over])).toEqual([0, 0, 0, 0, 0]);
    expect(count([revocation(-500), read(100, 200)])).toEqual([0, 0, 0, 0, 0]);
    expect(count([revocation(-20_000), read(100, 401)])).toEqual([1, 0, 0, 0, 0]);
  });

  it('lets the id from before a renewal be either, until the session ends', () => {
    const renewal: Event = {
      ...{ kind: 'end', how: 'renewal', sessions: ['s'], confirmed: false },
      ...at(100),
    };
    expect(count([renewal, read(200, 200), read(300, 401)])).toEqual([0, 0, 0, 0, 0]);
    expect(count([renewal, end(300), read(400, 200)])).toEqual([0, 1, 0, 0, 0]);
  });

  it("counts somebody else's profile, and an item of somebody else's", () => {
    expect(count([read(100, 200, { user: 'eve' })])).toEqual([0, 0, 1, 0, 0]);
    expect(count([read(100, 200, { items: ['ada/1', 'eve/1'] })])).toEqual([0, 0, 1, 0, 0]);
  });

  it('counts a step without a row, with two, and a row without a step', () => {
    expect(count([], [])).toEqual([0, 0, 0, 1, 0]);
    expect(count([], [created, created])).toEqual([0, 0, 0, 1, 0]);
    expect(count([], [created, over])).toEqual([0, 0, 0, 1, 0]);
    expect(count([end(100)], [created])).toEqual([0, 0, 0, 1, 0]);
    expect(count([end(100)], [created, over, over])).toEqual([0, 0, 0, 1, 0]);
    expect(count([end(100, false)], [created])).toEqual([0, 0, 0, 0, 0]);
  });

  it('counts an item that is missing once no old copy can be shown any more', () => {
    expect(count([write(100), read(500, 200, { items: [] })])).toEqual([0, 0, 0, 0, 0]);
    expect(count([write(100), read(1500, 200, { items: [] })])).toEqual([0, 0, 0, 0, 1]);
    expect(count([write(100), read(1500, 200, { items: ['ada/1'] })])).toEqual([0, 0, 0, 0, 0]);
  });
});
