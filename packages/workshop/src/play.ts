import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Browser } from '@session-lab/acceptance';
import { startPostgres, startRedis } from '@session-lab/services';
import { type Exercise, Refused } from './exercise.ts';
import { NotRead, NotStarted, type Shop, type Stage } from './stage.ts';

const SECRET = 'a-secret-of-the-workshop-with-more-than-32-characters';
const START_MS = 20_000;
const ANSWER_MS = 10_000;
const STOP_MS = 5_000;

/** What came of a check. */
export type Result =
  | { outcome: 'passed' }
  /** The attack won, or an honest user did not get through. */
  | { outcome: 'refused'; reason: string; evidence: string }
  /** It could not be played to its end: the code does not start, or does not answer. */
  | { outcome: 'broken'; sentence: string; output?: string };

/**
 * Plays the check of an exercise on the shop that lies in a folder. Nothing stays running.
 *
 * @throws whatever is not the learner's fault: a store that cannot be started.
 */
export async function play(exercise: Exercise, folder: string): Promise<Result> {
  const ends: (() => unknown)[] = [];
  const later: Stage['later'] = (end) => void ends.unshift(end);
  const endLater = async <Server extends { close(): unknown }>(starting: Promise<Server>) => {
    const server = await starting;
    later(() => server.close());
    return server;
  };
  const env: Record<string, string> = { SESSION_SECRET: SECRET, PORT: '0' };
  let redis: ReturnType<typeof startRedis> | undefined;
  let postgres: ReturnType<typeof startPostgres> | undefined;
  const stage: Stage = {
    later,
    browser: ({ url }, { origin, headers } = { origin: url, headers: {} }) =>
      new Browser(url, { seenAs: origin, headers, timeoutMs: ANSWER_MS }),
    exportsOf: (file) => readExports(folder, file),
    redis() {
      redis ??= endLater(startRedis());
      return redis;
    },
    postgres() {
      postgres ??= endLater(startPostgres());
      return postgres;
    },
    async start(changed = {}) {
      const { shop, end } = await startShop(folder, { ...env, ...changed });
      later(end);
      return shop;
    },
  };
  try {
    if (exercise.needs.includes('redis')) env['REDIS_URL'] = (await stage.redis()).url;
    if (exercise.needs.includes('postgres')) env['DATABASE_URL'] = (await stage.postgres()).url;
    await exercise.check(stage);
    return { outcome: 'passed' };
  } catch (error) {
    if (error instanceof Refused) {
      return { outcome: 'refused', reason: error.reason, evidence: error.message };
    }
    if (error instanceof NotStarted) {
      return { outcome: 'broken', sentence: 'The shop did not start.', output: error.output };
    }
    if (error instanceof NotRead) {
      return { outcome: 'broken', sentence: error.message, output: error.output };
    }
    throw error;
  } finally {
    for (const end of ends) await end();
  }
}

/** Not in this process: it may hold an endless loop, or end the process. */
async function readExports(folder: string, file: string): Promise<Record<string, unknown>> {
  // It waits for a message that never comes, so that its own is read before it ends.
  const program = `import('./${file}').then((all) => {
    process.on('message', String);
    process.send({ ...all });
  });`;
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', program], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
  const closed = once(child, 'close').then(() => []);
  const [all] = await Promise.race([once(child, 'message'), closed]);
  clearTimeout(timer);
  child.kill('SIGKILL');
  await closed;
  if (!all) throw new NotRead(file, output);
  return all as Record<string, unknown>;
}

async function startShop(folder: string, env: Record<string, string | undefined>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server.ts'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
    const read = (chunk: Buffer) => {
      output += chunk;
      const [, found] = /listening on (http:\S+)\n/.exec(output) ?? [];
      if (!found) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    exited.then((code) => {
      clearTimeout(timer);
      reject(new NotStarted(code, output));
    });
  });
  const shop: Shop = {
    url,
    output: () => output,
    async advance(ms) {
      const turned = once(child, 'message');
      child.send({ advanceMs: ms });
      await turned;
    },
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      child.kill('SIGTERM');
      await exited;
      clearTimeout(timer);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
  return { shop, end: shop.kill };
}
