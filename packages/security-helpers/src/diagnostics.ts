import { type Channel, channel } from 'node:diagnostics_channel';
import type { AuditEventName } from './audit.ts';

/** A call to the session store that is over, or was not even begun: its request had no time left. */
export interface StoreCall {
  operation: string;
  outcome: 'answered' | 'failed' | 'too_late' | 'not_begun';
  seconds: number;
}

/** How many requests are being answered and how many wait for their turn, after each change. */
export interface Load {
  running: number;
  waiting: number;
  /** One was turned away: there was no room, or it has waited too long. */
  shed?: 'full' | 'late';
}

/** A channel of which we know what is said on it. */
export interface Said<Message> extends Channel {
  publish(message: Message): void;
}

/**
 * What happens in here, for whoever measures it: `./metrics`, or a tool of your own. While nobody
 * listens, nothing is made and nothing kept. No message names a user, a session or a client.
 */
export const diagnostics: {
  store: Said<StoreCall>;
  audit: Said<AuditEventName>;
  load: Said<Load>;
} = {
  store: channel('security-helpers:store'),
  audit: channel('security-helpers:audit'),
  load: channel('security-helpers:load'),
};

/** @returns what stops it. */
export function hear<Message>(on: Said<Message>, then: (message: Message) => void): () => void {
  const listener = (message: unknown) => then(message as Message);
  on.subscribe(listener);
  return () => void on.unsubscribe(listener);
}
