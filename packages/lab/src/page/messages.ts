/** What an example tells the lab page that has started it. */
export type FromExample =
  /** How many requests came in the last second. */
  | { requests: number }
  /** Its store was asked for something. */
  | { store: string; outcome: string }
  /** A step of a session's life, as in the audit log. */
  | { event: string; reason: string }
  /** Of the memory example: the record under the key that was asked for, and how many it holds. */
  | { answerTo: number; record: string | null; held: number };

/** What it is told. */
export type ToExample =
  /** How far its clock is ahead of the real one, in milliseconds. */
  { aheadMs: number } | { read: string; nonce: number };
