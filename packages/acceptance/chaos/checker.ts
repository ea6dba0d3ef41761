import {
  type AuditRow,
  type End,
  type Event,
  type Login,
  RENEWAL,
  type Read,
  type Write,
} from './history.ts';

/** What must not have happened: each a sentence. */
export interface Violations {
  /** A login that was answered 200, that nobody ended, and that is no session any more. */
  lostLogins: string[];
  /** A logout or a revocation that was answered 2xx, and the session works afterwards. */
  resurrectedLogouts: string[];
  /** Somebody saw somebody else's profile or cart. */
  crossUser: string[];
  /** A step that was confirmed and has no row, or two. */
  audit: string[];
  /** An item that was confirmed, and is not in the cart. */
  lostWrites: string[];
}

/**
 * Judges what users were told, without knowing why. Of two things only the one that was over before
 * the other began was earlier; and what was not confirmed may have happened or not.
 *
 * @param staleMs for how long an old copy of a session that goes on may be shown, in milliseconds.
 */
export function check(
  events: readonly Event[],
  audit: readonly AuditRow[],
  staleMs: number,
): Violations {
  const of = <Kind extends Event['kind']>(kind: Kind) =>
    events.filter((event): event is Extract<Event, { kind: Kind }> => event.kind === kind);
  const logins = of('login');
  const ends = endsBySession(of('end'), logins);
  const reads = of('read');
  return {
    lostLogins: onePerSession(reads, (read) => lost(read, ends)),
    resurrectedLogouts: onePerSession(reads, (read) => resurrected(read, ends)),
    crossUser: reads.flatMap((read) => foreign(read, logins)),
    audit: logins.flatMap((login) => misaudited(login, ends, audit)),
    lostWrites: lostWrites(of('write'), reads, staleMs),
  };
}

type Ends = ReadonlyMap<string, readonly End[]>;

/** A request that was given up is carried out when the instance that has it is thawed, at the latest. */
const CARRIED_OUT_MS = 10_000;

function endsBySession(ends: readonly End[], logins: readonly Login[]): Ends {
  const bySession = new Map<string, End[]>();
  const add = (session: string, end: End) => {
    bySession.set(session, [...(bySession.get(session) ?? []), end]);
  };
  for (const end of ends) {
    for (const session of end.sessions) add(session, end);
    if (end.allOf === undefined) continue;
    const until = end.confirmed ? end.ended : end.ended + CARRIED_OUT_MS;
    for (const { session, user, began, ended } of logins) {
      const isMeanwhile = ended >= end.began && began <= until && !end.sessions.includes(session);
      if (user === end.allOf && isMeanwhile) add(session, { ...end, confirmed: false });
    }
  }
  return bySession;
}

function lost({ session, status, instance, began, ended }: Read, ends: Ends): string | undefined {
  if (status !== 401) return undefined;
  if (ends.get(session)?.some((end) => end.began < ended)) return undefined;
  return `${session}: nobody has ended it, and instance ${instance} says 401 (${began} ms)`;
}

function resurrected({ session, status, instance, began }: Read, ends: Ends): string | undefined {
  const end = ends.get(session)?.find(({ confirmed, ended }) => confirmed && ended < began);
  if (status !== 200 || !end) return undefined;
  const after = Math.round(began - end.ended);
  return `${session}: ${end.how} was confirmed, and instance ${instance} lets it in ${after} ms later`;
}

function foreign({ session, user, items = [] }: Read, logins: readonly Login[]): string[] {
  const owner = logins.find((login) => login.session === session)?.user;
  const wrong = items.filter((item) => !item.startsWith(`${owner}/`));
  return [
    ...(user !== undefined && user !== owner ? [`${session} of ${owner} was shown ${user}`] : []),
    ...wrong.map((item) => `${session} was shown the item ${item}`),
  ];
}

function misaudited({ session, key }: Login, ends: Ends, audit: readonly AuditRow[]): string[] {
  const rows = audit.filter((row) => row.key === key);
  const created = rows.filter(({ event }) => event === 'created').length;
  const over = rows.length - created;
  const all = ends.get(session) ?? [];
  // What a renewal leaves under the old id goes when it is asked for, or in its time.
  const isRenewed = all.some(({ how }) => how === RENEWAL);
  const least = !isRenewed && all.some(({ confirmed }) => confirmed) ? 1 : 0;
  const most = all.length > 0 ? 1 : 0;
  return [
    ...(created === 1 ? [] : [`${session}: ${created} rows for its login`]),
    ...(over >= least && over <= most ? [] : [`${session}: ${over} rows for its end`]),
  ];
}

/** What was confirmed is in the cart, once nobody can have an old copy of it any more. */
function lostWrites(writes: readonly Write[], reads: readonly Read[], staleMs: number): string[] {
  return writes.flatMap(({ cart, item, ended }) => {
    const isLost = ({ items, began }: Read) => began > ended + staleMs && !items?.includes(item);
    const seen = reads.filter((read) => read.cart === cart && read.items !== undefined);
    return seen.some(isLost) ? [`${cart}: ${item} was confirmed, and is not in the cart`] : [];
  });
}

/** A session that is lost is lost once, however often it is asked for. */
function onePerSession(
  reads: readonly Read[],
  judge: (read: Read) => string | undefined,
): string[] {
  const found = new Map<string, string>();
  for (const read of reads) {
    const sentence = judge(read);
    if (sentence && !found.has(read.session)) found.set(read.session, sentence);
  }
  return [...found.values()];
}
