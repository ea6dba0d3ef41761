import { setTimeout as pause } from 'node:timers/promises';

const intervalMs = 20;

/**
 * Asks again and again until `probe` gives something truthy, and hands that back.
 * @param failure the sentence of the error that is thrown when `limitMs` milliseconds have passed
 * @throws what `probe` throws, at once: a probe that knows it is hopeless should say so
 */
export async function until<T>(
  failure: string,
  limitMs: number,
  probe: () => T | Promise<T>,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`${failure} (waited ${limitMs / 1000} s)`);
    await pause(intervalMs);
  }
}
