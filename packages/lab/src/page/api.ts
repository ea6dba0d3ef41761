// What the lab's server tells its page. Types only: both sides are compiled with them.

/** One example, on the overview. */
export interface Card {
  name: string;
  url: string;
  store: string;
  state: 'up' | 'down' | 'starting';
  /** Whether `/readyz` says that it can serve. */
  ready: boolean;
  /** Records in its store; null while nobody can say. */
  sessions: number | null;
  /** In the last second. */
  requestsPerSecond: number;
}

export interface Account {
  email: string;
  password: string;
  about: string;
}

export interface Overview {
  cards: Card[];
  accounts: Account[];
}

/** A `Set-Cookie` line, or a value, in words. */
export interface CookieInWords {
  name: string;
  /** What the browser demands because of its name. */
  prefix: string;
  value: string;
  id: string | null;
  attributes: { name: string; value: string; words: string }[];
  warnings: string[];
  /** What a browser does with it. */
  fate: string;
  signature: string | null;
}

/** An id that the browser had. */
export interface PastId {
  id: string;
  /** Why it is none any more. */
  why: string;
}

/** One request of the lab's browser, and its answer. */
export interface Exchange {
  number: number;
  method: string;
  path: string;
  /** Null: no answer came. */
  status: number | null;
  ms: number;
  setCookies: string[];
  /** What the store was asked for meanwhile. */
  commands: string[];
  /** Of two instances, which was asked. */
  instance: number;
  /** Steps of the session's life that the server has noted meanwhile. */
  events: string[];
  /** Of hybrid: which layer answered. */
  layer: string | null;
}

/** What is under the session's key in one store. */
export interface Kept {
  /** The key, or the table. */
  place: string;
  /** Whether it was found; null: the store does not answer. */
  found: boolean | null;
  /** As it is kept. */
  sealed: { version: string; key: string; nonce: string; text: string; bytes: number } | null;
  /** What is in it. Only the lab can say so: it knows the secret. */
  opened: Record<string, unknown> | null;
  note: string | null;
  /** What is left of its time, in milliseconds; null where the store does not count. */
  ttlMs: number | null;
}

/** What a plug did to the session. */
export interface Told {
  number: number;
  plug: string;
  /** One sentence. */
  text: string;
  tone: 'kept' | 'lost' | 'waits';
  /** Below the repository. */
  doc: string;
}

/** Something that can be done to an example or to its store. */
export interface Plug {
  id: string;
  label: string;
  group: string;
  /** Why not now; null: it can. */
  why: string | null;
}

/** Everything that is known about one example. */
export interface XRay {
  card: Card;
  user: string | null;
  cookie: CookieInWords | null;
  pastIds: PastId[];
  /** The newest first. */
  wire: Exchange[];
  kept: Kept[];
  /** When the server ends it if nobody uses it, by its own clock, in milliseconds. */
  endsInMs: number | null;
  plugs: Plug[];
  told: Told[];
  aheadMs: number;
  second: string | null;
}

export type Action =
  | { do: 'visit' | 'profile' | 'cart' | 'reauthenticate' | 'logout' | 'old-id' | 'forget' }
  | { do: 'login'; as: 'ada' | 'grace' };

/** One attack, in the list. */
export interface AttackTitle {
  id: string;
  title: string;
  /** Where it can be played instead of the server with the fault. */
  on: string[];
}

export interface Side {
  title: string;
  won: boolean;
  verdict: string;
  evidence: string;
  control: string;
  exchanges: { who: string; request: string; status: number; setCookies: string[] }[];
}

export interface PlayedAttack {
  id: string;
  title: string;
  sides: [Side, Side];
  difference: { sign: '-' | '+'; file: string; line: number; text: string[] }[];
}
