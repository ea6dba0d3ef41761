import type { Browser } from '@session-lab/acceptance';
import type { startPostgres, startRedis } from '@session-lab/services';

/** What a check has at hand. Whatever it starts ends with it. */
export interface Stage {
  /**
   * Starts the learner's shop in a process of its own, on a free port, with a good SESSION_SECRET
   * (and REDIS_URL, DATABASE_URL where the exercise needs the stores).
   *
   * @param env added to it; `undefined` takes one out.
   * @param overlay a folder with files of another release, in the place of the learner's.
   * @throws NotStarted when it ends before it listens, or does not listen in time.
   */
  start(env?: Record<string, string | undefined>, overlay?: string): Promise<Shop>;
  /**
   * A browser of somebody's own, at that shop. A request that is not answered in 10 s is refused.
   *
   * @param proxy what stands between: where the browser believes to be, and the headers it adds.
   */
  browser(shop: Shop, proxy?: { origin: string; headers: Record<string, string> }): Browser;
  /**
   * What a file of the learner's exports, as far as JSON can say it; read by a process of its own.
   *
   * @throws NotRead when it cannot be read, or not in time.
   */
  exportsOf(file: string): Promise<Record<string, unknown>>;
  /** Started when first asked for. */
  redis(): ReturnType<typeof startRedis>;
  postgres(): ReturnType<typeof startPostgres>;
  /** Runs later, whatever comes of the check: the last one first. */
  later(end: () => unknown): void;
}

export interface Shop {
  readonly url: string;
  /** What it has written so far, both streams. */
  output(): string;
  /** Turns its clock. */
  advance(ms: number): Promise<void>;
  /** SIGTERM, as a deploy does; resolves when it is gone. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** The shop did not start: wrong code, or an endless loop. */
export class NotStarted extends Error {
  /** `null`: it did not listen in time, and was ended. */
  readonly exitCode: number | null;
  readonly output: string;
  constructor(exitCode: number | null, output: string) {
    super('the shop did not start');
    this.exitCode = exitCode;
    this.output = output;
  }
}

/** A file of the learner's cannot be read: a mistake in it, or an endless loop. */
export class NotRead extends Error {
  readonly output: string;
  constructor(file: string, output: string) {
    super(`${file} could not be read.`);
    this.output = output;
  }
}
