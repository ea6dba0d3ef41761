// What users did and what they were told, by one clock: that of the process that played all of them.

/** A login that was answered 200, and what became of it. */
export interface Login {
  kind: 'login';
  /** Of the session: each login makes a new one. */
  session: string;
  user: string;
  /** Under which the store keeps it: the SHA-256 of its id. */
  key: string;
  began: number;
  ended: number;
}

/** A logout, or a revocation, of one session or of many. */
export interface End {
  kind: 'end';
  /** For a person who reads the history: which request it was. `RENEWAL`: any, at its time. */
  how: string;
  sessions: string[];
  /** Whose others it ends as well, of those that begin while it is under way. */
  allOf?: string;
  /** Answered 2xx. If not, nobody knows whether it happened. */
  confirmed: boolean;
  began: number;
  ended: number;
}

/** A request with the cookie of a session. */
export interface Read {
  kind: 'read';
  session: string;
  /** 401: it is no session (any more). What is neither was no answer: an error, a time-out. */
  status: number;
  /** Who it is, as the answer says. */
  user?: string | undefined;
  /** What is in the cart, as the answer says. */
  items?: string[] | undefined;
  cart: string;
  instance: number;
  began: number;
  ended: number;
}

/** An item that went into the cart of a session: answered 200. */
export interface Write {
  kind: 'write';
  /** Of the session, whatever ids it had since the login: the first of its names. */
  cart: string;
  item: string;
  began: number;
  ended: number;
}

/** A request that had no answer, or not the one that a working system would have given. */
export interface Request {
  kind: 'request';
  what: string;
  instance: number;
  ok: boolean;
  answer: string;
  began: number;
  ended: number;
}

export interface Fault {
  kind: 'fault';
  what: string;
  began: number;
  /** When all was well again, as each instance said itself. */
  ended: number;
}

export type Event = Login | End | Read | Write | Request | Fault;

/** How often Postgres' audit trail says what of a session. */
export interface AuditRow {
  key: string;
  event: 'created' | 'ended' | 'expired';
}

/** How a session ends that goes on under another id. */
export const RENEWAL = 'renewal';
