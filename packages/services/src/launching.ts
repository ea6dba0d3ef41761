// What happens between "start it" and "it answers", the same for every store.
import { controlOf, type ServerRecord } from './control.ts';
import type { RestartOptions } from './handle.ts';
import { freePort, PortTakenError } from './ports.ts';
import { until } from './wait.ts';

/** Long enough to load a large append-only file, or to replay a log, on a slow disk. */
const readyLimitMs = 60_000;
const portLimitMs = 10_000;
const portAttempts = 10;

/** Where one server lives on disk. */
export interface ServerPlace {
  /** unique on this machine: the name of its container */
  readonly name: string;
  readonly path: string;
  readonly data: string;
  readonly log: string;
  record(server: ServerRecord, port: number): void;
}

/** One server at one place: all that differs between one store and the next. */
export interface StoreServer<Options extends RestartOptions> {
  /** for code: `redis` */
  readonly name: string;
  /** for people: `Redis` */
  readonly title: string;
  readonly provider: 'binary' | 'docker';
  url(port: number): string;
  /**
   * Starts it; resolves when it answers. What `options` say stays so for the launches to come.
   * @throws PortTakenError
   */
  launch(port: number, options?: Options): Promise<void>;
  /** whether it answers, and really is this one; bounded */
  answers(port: number, server: ServerRecord, limitMs?: number): Promise<boolean>;
  /** before the data of a throw-away server go: what else a killed one has left */
  tidyUp?(): Promise<void>;
}

/** Hands back the free port on which it was launched. */
export async function onFreePort(launch: (port: number) => Promise<void>): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      await launch(port);
      return port;
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === portAttempts) throw error;
    }
  }
}

/**
 * Launches again on a port that clients know. One that reconnects all the time can hold the port
 * for a moment itself (it is in the range that outgoing connections get): hence some patience.
 * @throws PortTakenError when another program keeps the port
 */
export async function onKnownPort(launch: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + portLimitMs;
  for (;;) {
    try {
      return await launch();
    } catch (error) {
      const isLast = performance.now() > deadline;
      if (!(error instanceof PortTakenError) || isLast) throw error;
    }
  }
}

/**
 * Resolves when the server answers; one that never does is ended.
 * @throws Error with the server's last words
 */
export async function untilItAnswers(options: {
  title: string;
  port: number;
  server: ServerRecord;
  answers: () => Promise<boolean>;
  lastWords: () => string;
  isPortTaken: () => boolean;
}): Promise<void> {
  const { title, port, server } = options;
  const said = () => `Its last words: ${options.lastWords() || '(none)'}`;
  let timedOut = true;
  try {
    await until('', readyLimitMs, async () => {
      try {
        if (await options.answers()) return true;
        if (await controlOf(server).alive()) return false;
      } catch (error) {
        timedOut = false;
        throw error;
      }
      timedOut = false;
      if (options.isPortTaken()) throw new PortTakenError(port);
      throw new Error(`${title} ended before it answered. ${said()}`);
    });
  } catch (error) {
    await controlOf(server).kill();
    if (!timedOut) throw error;
    const waited = `${readyLimitMs / 1000} s`;
    throw new Error(`${title} on port ${port} did not answer within ${waited}. ${said()}`);
  }
}
