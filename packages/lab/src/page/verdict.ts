// What a plug did to the session, said from what was seen before and after it.
import type { Told } from './api.ts';

/** What somebody saw who asked for the profile, and where the record was found. */
export interface Look {
  /** Of two, which was asked: 0 or 1. */
  instance: number;
  /** Null: no answer came. */
  status: number | null;
  ms: number;
  /** Where it is: `in Redis`. Empty: nowhere. Null: nobody can look. */
  kept: readonly string[] | null;
  /** Why the server ended it just now, as it noted: `idle`, `absolute`, `implausible`. */
  expired: string | null;
}

export interface Seen {
  before: Look;
  /** By each instance that was asked. */
  after: readonly Look[];
  /** Whether sessions live in the process that serves them. */
  inProcess: boolean;
  /** What is to be known where the session is still served. */
  aside?: string | undefined;
}

type Verdict = Pick<Told, 'text' | 'tone'>;

/** One sentence, and how bad it is. */
export function judge({ before, after, inProcess, aside }: Seen): Verdict {
  const [now, other] = after;
  if (!now) throw new TypeError('somebody has to look');
  if (other && now.status !== other.status) return apart([now, other]);
  if (now.status === null) return silent(now, inProcess);
  if (now.status === 503) return unavailable(now);
  if (now.status === 200) return served(before, now, aside);
  if (now.status !== 401) return { tone: 'waits', text: `The answer is ${now.status}.` };
  if (now.expired) {
    const text = `Logged out: the server has found by its own clock that ${WHY[now.expired]}.`;
    return { tone: 'lost', text };
  }
  if (before.status === 401 && !before.kept?.length) {
    return { tone: 'waits', text: 'Nobody is logged in: log in first, and pull it again.' };
  }
  return { tone: 'lost', text: 'Logged out: 401, there is no record of the session any more.' };
}

const WHY: Record<string, string> = {
  idle: 'nobody has used the session for too long (idle timeout)',
  absolute: 'the session is too old, used or not (absolute timeout)',
  implausible: 'the session is from the future, which is not to be believed',
};

function served(before: Look, now: Look, aside: string | undefined): Verdict {
  const still = before.status === 200 ? 'Still logged in' : 'Served again, and still logged in';
  const took = `200 after ${Math.round(now.ms)} ms`;
  const more = aside ? `; ${aside}` : '';
  return { tone: 'kept', text: `${still}: ${took}, the record is ${sayPlaces(now)}${more}.` };
}

function apart(looks: readonly [Look, Look]): Verdict {
  const [first, second] = looks[0].instance === 0 ? looks : [looks[1], looks[0]];
  const say = ({ status }: Look) => status ?? 'nothing';
  return {
    tone: 'lost',
    text:
      `The first instance says ${say(first)}, the second ${say(second)}: ` +
      'whether one is logged in depends on which of them is asked.',
  };
}

function silent(now: Look, inProcess: boolean): Verdict {
  if (now.kept?.length) {
    return { tone: 'waits', text: `Nobody answers, but the record is still ${sayPlaces(now)}.` };
  }
  return inProcess
    ? { tone: 'lost', text: 'Nobody answers, and the sessions have gone with the process.' }
    : { tone: 'waits', text: 'Nobody answers, and no record is to be found.' };
}

function unavailable(now: Look): Verdict {
  const record = now.kept?.length ? `the record is ${sayPlaces(now)}` : 'nobody can look it up';
  const text = `Not logged out, but not served: 503 after ${Math.round(now.ms)} ms, and ${record}.`;
  return { tone: 'waits', text };
}

const sayPlaces = ({ kept }: Look) => kept?.join(' and ') || 'not to be seen';
