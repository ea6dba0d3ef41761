import { setTimeout as wait } from 'node:timers/promises';
import { UnavailableError } from './process.ts';
import { withDeadline } from './store-budget.ts';

const ATTEMPTS = 5;
const ATTEMPT_MS = 1000;

/**
 * Waits for a store to answer for the first time: a server and its store are often started
 * together. After that no store is waited for any more; requests get 503 while it is away.
 *
 * @param store.title for a person, for instance `Redis at redis://127.0.0.1:6379`: no password.
 * @param store.setting the variable that names another one.
 * @param store.ask resolves when it has answered.
 * @param store.reason why it does not, where `ask` only waits.
 * @throws UnavailableError after five attempts of a second each, with the last reason.
 */
export async function firstConnection(store: {
  title: string;
  setting: string;
  ask: () => Promise<unknown>;
  reason?: () => string | undefined;
}): Promise<void> {
  let failed: string | undefined;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const enough = performance.now() + ATTEMPT_MS;
    const answered = store.ask().then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        failed = reasonOf(error);
        return false;
      },
    );
    // Its timer keeps the process alive: between two tries of a client's own, nothing else might.
    if (await withDeadline(ATTEMPT_MS, () => answered).catch(() => false)) return;
    await wait(Math.max(0, enough - performance.now()));
    if (attempt < ATTEMPTS)
      console.error(`Waiting for ${store.title} (${attempt} of ${ATTEMPTS}) …`);
  }
  const reason = failed ?? store.reason?.() ?? 'no answer';
  throw new UnavailableError(
    `${store.title} cannot be reached (${reason}): start it, or set ${store.setting} to one that runs.`,
  );
}

/** A connection URL as it may be shown: neither user nor password. */
export function withoutCredentials(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** An error in a few words: some of a socket's have no message. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  return error.message || error.code || error.name;
}
