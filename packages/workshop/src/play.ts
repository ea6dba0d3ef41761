import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Browser } from '@session-lab/acceptance';
import { ensureRedisBinary, startPostgres, startRedis } from '@session-lab/services';
import type { Limits } from './course.ts';
import { type Exercise, Refused } from './exercise.ts';
import { readExports, ShopProcess } from './shop-process.ts';
import { NotRead, NotStarted, type Stage } from './stage.ts';
import { excerpt, explain, type Trouble } from './trouble.ts';

const SECRET = 'a-secret-of-the-workshop-with-more-than-32-characters';

/** What came of a check. */
export type Result =
  /** With a remark on something that the check does not ask for, and that is wrong all the same. */
  | { outcome: 'passed'; remark?: string }
  /** The attack won, or an honest user did not get through. */
  | { outcome: 'refused'; reason: string; evidence: string; output?: string[] }
  /** It could not be played to its end: the code does not start, or does not answer. */
  | { outcome: 'broken'; sentence: string; source?: string; output?: string[] };

export interface PlayOptions {
  limits: Limits;
  /** Ends the check; `play` rejects with its reason. */
  signal?: AbortSignal | undefined;
  /** Gets a line when something is installed or downloaded. */
  announce?: (line: string) => void;
}

/**
 * Plays the check of an exercise on the shop that lies in a folder. Nothing stays running.
 *
 * @throws whatever is not the learner's fault: a store that cannot be started (UnavailableError).
 */
export async function play(
  exercise: Exercise,
  folder: string,
  { limits, signal, announce }: PlayOptions,
): Promise<Result> {
  signal?.throwIfAborted();
  const lacking = exercise.files.map((file) => lack(join(folder, file), file)).find(Boolean);
  if (lacking) return { outcome: 'broken', sentence: `${lacking} A reset lays it out again.` };
  const shops: ShopProcess[] = [];
  const ends: (() => unknown)[] = [];
  let isOver = false;
  const later: Stage['later'] = (end) => void ends.unshift(end);
  const store = <Server extends { close(): unknown }>(start: () => Promise<Server>) => {
    let starting: Promise<Server> | undefined;
    return () => {
      if (!starting) {
        const begun = start();
        starting = begun;
        later(async () => (await begun.catch(() => undefined))?.close());
      }
      return starting;
    };
  };
  const env: Record<string, string> = { SESSION_SECRET: SECRET, PORT: '0' };
  const stage: Stage = {
    later,
    browser: ({ url }, { origin, headers } = { origin: url, headers: {} }) =>
      new Browser(url, { seenAs: origin, headers, timeoutMs: limits.answerMs }),
    exportsOf: (file) => readExports(folder, file, limits, later),
    redis: store(async () => {
      await ensureRedisBinary(announce ? { announce } : {});
      return startRedis();
    }),
    postgres: store(startPostgres),
    async start(changed = {}, overlay) {
      if (isOver) throw new Error('the check is over');
      const release = overlay === undefined ? folder : otherRelease(folder, overlay);
      if (release !== folder) later(() => rmSync(release, { recursive: true, force: true }));
      const shop = new ShopProcess(release, { ...env, ...changed }, limits);
      shops.push(shop);
      later(() => shop.kill());
      await shop.listening();
      return shop;
    },
  };
  const check = async () => {
    if (exercise.needs.includes('redis')) env['REDIS_URL'] = (await stage.redis()).url;
    if (exercise.needs.includes('postgres')) env['DATABASE_URL'] = (await stage.postgres()).url;
    await exercise.check(stage);
  };
  try {
    await endsInTime(check(), limits.checkMs, signal);
    const remark = await lookBack(shops, limits);
    return { outcome: 'passed', ...(remark && { remark }) };
  } catch (error) {
    if (signal?.aborted) throw error;
    if (error instanceof Refused) {
      const { reason, message: evidence } = error;
      return { outcome: 'refused', reason, evidence, ...writtenBy(shops) };
    }
    if ((error as { exitCode?: number }).exitCode !== undefined && !(error instanceof NotStarted)) {
      throw error;
    }
    return { outcome: 'broken', ...(await troubleOf(error, shops, folder, limits)) };
  } finally {
    isOver = true;
    await runAll(ends);
  }
}

/** Why a file cannot be an answer at all. */
function lack(path: string, file: string): string | undefined {
  if (!existsSync(path)) return `${file} is not there.`;
  return readFileSync(path, 'utf8').trim() === '' ? `${file} is empty.` : undefined;
}

/** In a folder of its own, from where the same packages are found. */
function otherRelease(folder: string, overlay: string): string {
  const beside = fileURLToPath(new URL('../.grading', import.meta.url));
  mkdirSync(beside, { recursive: true });
  const release = mkdtempSync(join(beside, 'release-'));
  for (const layer of [folder, overlay]) cpSync(layer, release, { recursive: true });
  return release;
}

class TooLong extends Error {}

/** A check that waits for what never comes ends all the same. */
async function endsInTime(check: Promise<void>, ms: number, signal: AbortSignal | undefined) {
  check.catch(() => undefined); // it may go on failing when nobody waits for it any more
  let stop = () => undefined as unknown;
  const cut = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => reject(new TooLong()), ms);
    const abort = () => reject(signal?.reason);
    signal?.addEventListener('abort', abort);
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
  });
  try {
    await Promise.race([check, cut]);
  } finally {
    stop();
  }
}

/** What a shop did wrong though its check passed. Stops the one that still runs. */
async function lookBack(shops: readonly ShopProcess[], { stopMs }: Limits) {
  const fallen = shops.find(({ ending }) => ending);
  if (fallen) return `Though it passed, the shop ${sayEnding(fallen)}.`;
  const last = shops.findLast(({ isRunning }) => isRunning);
  await last?.stop();
  if (!last?.slowToStop) return undefined;
  return (
    `But ${seconds(stopMs)} after SIGTERM the shop still ran, and a deploy would have to kill it: ` +
    'something that was opened, such as a store, is not closed.'
  );
}

/** What a person can do something about. What the shop wrote is shown unless it is explained. */
async function troubleOf(
  error: unknown,
  shops: readonly ShopProcess[],
  folder: string,
  limits: Limits,
): Promise<Trouble & { output?: string[] }> {
  const unexplained = (sentence: string) => ({ sentence, ...writtenBy(shops) });
  if (error instanceof NotStarted) {
    const place = shops.at(-1)?.folder ?? folder;
    return explain(error.output, place) ?? unexplained(sayNotStarted(error, limits));
  }
  if (error instanceof NotRead) {
    return explain(error.output, folder) ?? unexplained(sayNotRead(error, limits));
  }
  if (isOfNetwork(error)) {
    // The browser may know of a crash before the process is seen to be gone.
    const exits = shops.filter(({ isRunning }) => isRunning).map(({ exited }) => exited);
    await Promise.race([...exits, wait(1000, undefined, { ref: false })]);
  }
  for (const shop of shops) {
    if (shop.unanswered) return unexplained(sayUnanswered(shop.unanswered, limits));
    if (!shop.ending) continue;
    const ended = `The shop ${sayEnding(shop)}.`;
    const why = explain(shop.output(), shop.folder);
    return why ? { ...why, sentence: `${ended} ${why.sentence}` } : unexplained(ended);
  }
  const request = () => shops.map((shop) => shop.request).findLast(Boolean) ?? 'A request';
  if ((error as Error).name === 'TimeoutError')
    return unexplained(sayUnanswered(request(), limits));
  if (isOfNetwork(error)) return unexplained(`The shop broke off its answer to ${request()}.`);
  if (error instanceof TooLong) {
    return unexplained(`The check did not come to its end in ${seconds(limits.checkMs)}.`);
  }
  // A shop says what it is asked before it answers, but here the answer may be read first.
  await wait(100);
  const { message } = error as Error;
  return unexplained(`The check met what it does not expect, after ${request()}: ${message}`);
}

/** The last that the shops have said. */
function writtenBy(shops: readonly ShopProcess[]): { output?: string[] } {
  const output = excerpt(shops.map((shop) => shop.output()).join('\n'));
  return output.length > 0 ? { output } : {};
}

const isOfNetwork = (error: unknown) =>
  /^(UND_ERR_|E[A-Z]+$)/.test(String((error as NodeJS.ErrnoException).code)) ||
  (error as Error).message === 'fetch failed';

const seconds = (ms: number) => (ms === 1000 ? 'a second' : `${ms / 1000} seconds`);

const sayUnanswered = (request: string, { answerMs }: Limits) =>
  `${request} got no answer in ${seconds(answerMs)}: is there an endless loop, or a path on which ` +
  'nothing is answered?';

function sayEnding({ ending }: ShopProcess): string {
  const how = ending?.signal ? `killed by ${ending.signal}` : `exit code ${ending?.code}`;
  return ending?.request
    ? `ended while it answered ${ending.request} (${how})`
    : `ended by itself (${how})`;
}

function sayNotStarted({ exitCode }: NotStarted, { startMs }: Limits): string {
  if (exitCode === null) {
    return (
      `The shop does not listen after ${seconds(startMs)}: is there an endless loop, or an await ` +
      'that never ends, at the top of a file?'
    );
  }
  if (exitCode === 13) return 'The shop ended by itself: an await at the top of a file never ends.';
  return `The shop ended by itself before it listened (exit code ${exitCode}).`;
}

const sayNotRead = ({ message }: NotRead, { startMs }: Limits) =>
  `${message} Does it end the process, or take longer than ${seconds(startMs)}?`;

/** All of them, even if one fails. */
async function runAll(ends: readonly (() => unknown)[]): Promise<void> {
  let failed: { error: unknown } | undefined;
  for (const end of ends) {
    try {
      await end();
    } catch (error) {
      failed ??= { error };
    }
  }
  if (failed) throw failed.error;
}
