import { clientLabel } from './client-label.ts';
import type { HardenedStore } from './hardened-store.ts';
import type { SessionFields } from './record.ts';
import { currentRequest } from './request-context.ts';

/** As much of a user as a session has to know. */
export interface Identity {
  readonly id: string;
  readonly roles: readonly string[];
}

/** What a login writes into a session: who it is, since when, and where. */
export function identityFields(
  user: Identity,
  { clock, lifetime }: Pick<HardenedStore, 'clock' | 'lifetime'>,
  {
    userAgent,
    remember = false,
  }: { userAgent: string | undefined; remember?: boolean | undefined },
): Partial<SessionFields> {
  const now = clock.now();
  return {
    ...freshFields({ clock, lifetime }),
    ...(remember && { rememberUntil: now + lifetime.rememberMs }),
    client: clientOf(userAgent),
    authority: authorityOf(user),
    userId: user.id,
  };
}

/** What a password that was given just now writes into a session. */
export function freshFields({
  clock,
  lifetime,
}: Pick<HardenedStore, 'clock' | 'lifetime'>): Partial<SessionFields> {
  const now = clock.now();
  return { authenticatedAt: now, freshUntil: now + lifetime.freshMs };
}

/** What a user may do, as it is compared from one request to the next. */
export function authorityOf({ roles }: Identity): string {
  return [...roles].sort().join(' ').slice(0, 200);
}

/** Where this request comes from. */
export function clientOf(userAgent: string | undefined): string {
  return clientLabel(userAgent, currentRequest()?.client);
}

/** What a request finds changed about the user or the client of its session. */
export type Change = 'account' | 'authority' | 'client';

/**
 * Compares a logged-in session with what is true now. The session holds the user's id only; who
 * that is, and may do, is looked up on each request (ASVS 5.0 7.4.2, 8.3.2).
 *
 * @param user undefined when there is no such account any more, or it was disabled.
 */
export function changeOf(
  { authority, client }: Partial<SessionFields>,
  user: Identity | undefined,
  userAgent: string | undefined,
): Change | undefined {
  if (!user) return 'account';
  if (authorityOf(user) !== authority) return 'authority';
  return clientOf(userAgent) === client ? undefined : 'client';
}
