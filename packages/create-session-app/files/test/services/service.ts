// A store for tests: one that was started for them, to be killed and frozen, or one that somebody
// has named, which others may use as well.

import {
  chownSync,
  cpSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { TestRunner } from 'vitest';
import { StoreProcess, type StoreProgram } from './store-process.ts';

export interface Service {
  readonly url: string;
  /** Lets it end by itself; its data stay. */
  stop(): Promise<void>;
  /** SIGKILL, children included: no warning, no clean-up. */
  kill(): Promise<void>;
  /** SIGSTOP, children included: connections stay open and nobody answers. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** On the same port; on the same data, unless they are to be thrown away first. */
  restart(options?: { empty?: boolean }): Promise<void>;
  /** Copies the data of one that does not run. @returns the copy, for `restore`. */
  backup(): Promise<string>;
  restore(copy: string): Promise<void>;
  close(): Promise<void>;
}

/** All that differs between one store and the next. */
export interface Recipe {
  /** For people: `Redis`. */
  title: string;
  url(port: number): string;
  program(data: string, port: number): StoreProgram;
  /** Fills a data folder that is empty. */
  prepare?(data: string): Promise<void>;
  /** Whether a restart begins with nothing. */
  forgets?: boolean;
  answers(url: string): Promise<boolean>;
  /** As whom it runs, when not as the user of this process. */
  user?: User | undefined;
}

export interface User {
  uid: number;
  gid: number;
}

const READY_LIMIT_MS = 60_000;

/** Starts a store on a free port of this machine, with data that go when it is closed. */
export async function startService(recipe: Recipe): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'test-store-'));
  const data = join(folder, 'data');
  const give = (path: string) => recipe.user && chownSync(path, recipe.user.uid, recipe.user.gid);
  give(folder);
  const port = await freePort();
  const url = recipe.url(port);
  let running: StoreProcess | undefined;
  let copies = 0;

  const throwAway = () => rmSync(data, { recursive: true, force: true });
  const launch = async () => {
    if (mkdirSync(data, { recursive: true, mode: 0o700 })) {
      give(data);
      await recipe.prepare?.(data);
    }
    const process = new StoreProcess(recipe.program(data, port), recipe.user);
    running = process;
    const deadline = performance.now() + READY_LIMIT_MS;
    while (!(await recipe.answers(url).catch(() => false))) {
      if (process.hasEnded || performance.now() > deadline) {
        await process.kill();
        throw new Error(`${recipe.title} did not start: ${process.output()}`);
      }
      await wait(20);
    }
  };
  const close = async () => {
    await running?.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await launch();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    stop: async () => running?.stop(),
    kill: async () => running?.kill(),
    async freeze() {
      if (process.platform === 'win32') skip('Windows cannot freeze a process');
      running?.signal('SIGSTOP');
    },
    thaw: async () => running?.signal('SIGCONT'),
    async restart({ empty = false } = {}) {
      await running?.stop();
      if (empty || recipe.forgets) throwAway();
      await launch();
    },
    async backup() {
      copies += 1;
      const path = join(folder, `backup-${copies}`);
      copyFolder(data, path, recipe.user);
      return path;
    },
    async restore(path) {
      throwAway();
      copyFolder(path, data, recipe.user);
    },
    close,
  };
}

/** Copies a folder with all that is in it, for a user: what root has copied belongs to root. */
export function copyFolder(from: string, to: string, user?: User): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  if (!user) return;
  for (const name of ['', ...readdirSync(to, { recursive: true, encoding: 'utf8' })]) {
    lchownSync(join(to, name), user.uid, user.gid);
  }
}

/** A store that somebody has named: it is not ours to kill, and a test that wants to is skipped. */
export function borrowedService(url: string, setting: string, close: () => Promise<void>): Service {
  const refuse = async () => skip(`it would stop the store that ${setting} names`);
  return {
    url,
    stop: refuse,
    kill: refuse,
    freeze: refuse,
    thaw: refuse,
    restart: refuse,
    backup: refuse,
    restore: refuse,
    close,
  };
}

/** Ends the test that is running, and says why in the report. */
function skip(why: string): never {
  const test = TestRunner.getCurrentTest();
  if (!test) throw new Error(why);
  return test.context.skip(why);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
