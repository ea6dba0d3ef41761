import type { Context } from './context.ts';

// A file of its own: the guard in front of the session writes it, a logout reads it.
const verifiedIds = new WeakMap<Context, string>();

/** The id in the cookie of this request, if we signed it; whether there is such a session or not. */
export function verifiedId(ctx: Context): string | undefined {
  return verifiedIds.get(ctx);
}

export function rememberVerifiedId(ctx: Context, id: string): void {
  verifiedIds.set(ctx, id);
}
