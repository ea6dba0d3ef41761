import { serve } from '@session-lab/acceptance';
import type { Stage } from './stage.ts';

/** One promise for "it waits", one for "it may go on". */
export interface Held {
  arrived: Promise<void>;
  release(): void;
}

/** Lets all pass but what somebody wants to hold. */
export class Gate {
  #waiting: { arrive: () => void; passed: Promise<void> } | undefined;

  /** Holds the next one that comes. */
  hold(): Held {
    const [arrived, arrive] = signal();
    const [passed, release] = signal();
    this.#waiting = { arrive, passed };
    return { arrived, release };
  }

  async pass(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.arrive();
    await waiting?.passed;
  }
}

function signal(): [given: Promise<void>, give: () => void] {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return [given, give];
}

/** Whom the shop asks before it puts an item into the cart (SUPPLIER_URL). Answers when let. */
export async function openSupplier(later: Stage['later']) {
  const gate = new Gate();
  const { url, close } = await serve(async (_request, response) => {
    await gate.pass();
    response.end();
  });
  later(close);
  return { url, hold: () => gate.hold() };
}
