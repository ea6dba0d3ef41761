// What a plug did to the session, said from what was seen before and after it.
import type { Told } from './api.ts';

/** What somebody saw who asked for the profile, and whether the record is still there. */
export interface Look {
  /** Null: no answer came. */
  status: number | null;
  ms: number;
  /** Null: the store does not answer. */
  kept: boolean | null;
  /** Why the server ended it just now, as it noted: `idle`, `absolute`. */
  expired: string | null;
}

export interface Seen {
  before: Look;
  /** By each instance that was asked. */
  after: readonly Look[];
  /** Where sessions live, for people. */
  where: string;
}

type Verdict = Pick<Told, 'text' | 'tone'>;

/** One sentence, and how bad it is. */
export function judge({ before, after, where }: Seen): Verdict {
  const [now, other] = after;
  if (!now) throw new TypeError('somebody has to look');
  if (other && now.status !== other.status) return apart(now, other);
  if (now.status === null) return silent(now, where);
  if (now.status === 503) return unavailable(now);
  const took = `${Math.round(now.ms)} ms`;
  if (now.status === 200) {
    const again =
      before.status === 200 ? 'Still logged in' : 'Logged in again, with the same cookie';
    return { tone: 'kept', text: `${again}: 200 after ${took}, the record is ${where}.` };
  }
  if (now.status !== 401) return { tone: 'waits', text: `The answer is ${now.status}.` };
  if (now.expired) {
    const limit = now.expired === 'idle' ? 'nobody used it for too long' : 'it is too old';
    const what = `the server found by its own clock that ${limit} (${now.expired} timeout)`;
    return { tone: 'lost', text: `Logged out: ${what} and removed the record.` };
  }
  if (before.status === 401 && before.kept !== true) {
    return { tone: 'waits', text: 'Nobody is logged in: log in first, and pull it again.' };
  }
  if (now.kept) return { tone: 'lost', text: 'Logged out, although there is a record.' };
  return { tone: 'lost', text: `Logged out: 401, there is no record ${where} any more.` };
}

function apart(first: Look, second: Look): Verdict {
  const say = ({ status }: Look) => status ?? 'no answer';
  return {
    tone: 'lost',
    text:
      `The first instance says ${say(first)}, the second ${say(second)}: ` +
      'whether one is logged in depends on which of them is asked.',
  };
}

function silent({ kept }: Look, where: string): Verdict {
  if (kept) return { tone: 'waits', text: `Nobody answers, but the record is still ${where}.` };
  if (kept === null && where.includes('process')) {
    return { tone: 'lost', text: 'Nobody answers, and the sessions have gone with the process.' };
  }
  return { tone: 'waits', text: 'Nobody answers, and the record cannot be looked at.' };
}

function unavailable({ ms, kept }: Look): Verdict {
  const record = kept ? 'the record is there' : 'nobody can look at the record';
  return {
    tone: 'waits',
    text: `Not logged out, but not served: 503 after ${Math.round(ms)} ms, and ${record}.`,
  };
}
