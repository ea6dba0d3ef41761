import { openLine } from '@session-lab/services';

/** A way to the sessions that can hold back a write, as a slow network or a busy disk does. */
export interface WriteLine {
  /** The server whose writes take this way, where it is not the one that is attacked. */
  url?: string;
  /** Holds back the next write, and what follows it. */
  hold(): HeldWrite;
}

export interface HeldWrite {
  /** Resolves once a write waits. */
  arrived: Promise<void>;
  /** Lets it through. */
  release(): void;
}

/** One promise for "it waits", one for "it may go on". */
export class Gate {
  #waiting: { arrive: () => void; passed: Promise<void> } | undefined;

  hold(): HeldWrite {
    const [arrived, arrive] = signal();
    const [passed, release] = signal();
    this.#waiting = { arrive, passed };
    return { arrived, release };
  }

  /** Waits, if somebody wants that of the next one; not that of those after it. */
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

// What Redis and Postgres are sent when a session is written. Of a statement that Postgres has prepared
// it is only sent the name.
const WRITE = /\r\n(SET|EVAL|EVALSHA)\r\n|\b(UPDATE|INSERT INTO)\b|session (insert|replace)\0/;

/** A line to a store: reads pass, a write can be held back. */
export async function openSlowLine(storeUrl: string) {
  const gate = new Gate();
  const { url, close } = await openLine(storeUrl, async (sent) => {
    if (WRITE.test(sent.toString('latin1'))) await gate.pass();
  });
  return { url, hold: () => gate.hold(), close };
}
