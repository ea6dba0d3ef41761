import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from '@session-lab/acceptance';

/** What came of one request, also when there was no answer. */
export interface Sight {
  answer: Answer | undefined;
  /** Nobody listens there any more. */
  isGone: boolean;
  ms: number;
  /** For a sentence that begins with the request: `answered 503 after 0.1 s`. */
  words: string;
}

/** Sends a request of a browser, and never rejects. */
export async function look(request: () => Promise<Answer>): Promise<Sight> {
  const began = performance.now();
  const after = () => {
    const ms = performance.now() - began;
    return { ms, time: `${(ms / 1000).toFixed(1)} s` };
  };
  try {
    const answer = await request();
    const { ms, time } = after();
    return { answer, isGone: false, ms, words: `answered ${answer.status} after ${time}` };
  } catch (error) {
    const { ms, time } = after();
    const isGone = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    const isLate = /Timeout|Abort/i.test((error as Error).name);
    const words = isGone ? 'found nobody: the shop has ended' : 'was broken off';
    return { answer: undefined, isGone, ms, words: isLate ? `was not answered in ${time}` : words };
  }
}

/** Looks again and again, until all is well, the shop is gone or the time is up: the last sight. */
export async function lookUntil(
  isWell: (sight: Sight) => boolean,
  request: () => Promise<Answer>,
  ms = 5000,
): Promise<Sight> {
  const end = performance.now() + ms;
  for (;;) {
    const sight = await look(request);
    if (isWell(sight) || sight.isGone || performance.now() > end) return sight;
    await wait(50);
  }
}
