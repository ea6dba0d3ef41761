import { request } from 'undici';

/**
 * Resolves when an answer that was under way would have come: later requests have been answered. So
 * that an answer does not come can be seen without a guess at how long that takes.
 */
export async function laterAnswers(url: string): Promise<undefined> {
  for (let count = 0; count < 5; count++) await (await request(`${url}/healthz`)).body.dump();
}
