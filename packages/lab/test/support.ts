import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { root } from '../src/folders.ts';

/** What is running, as the table of `npm start` says. */
export interface Shown {
  url: string;
  pid: number;
  store: string;
}

/** One `npm start`, without npm. */
export interface Started {
  child: ChildProcess;
  output(): string;
  /** Waits until the output matches. */
  until(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Waits for the table's row of an example. */
  row(name: string): Promise<Shown>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** A folder for logs and stores, so that those of whoever runs the tests stay as they are. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'session-lab-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts examples on free ports. What still runs when the test ends is told to stop. */
export function startLab(
  names: string[],
  folder: string,
  env: Record<string, string> = {},
): Started {
  const theirs = ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER', 'SESSION_COOKIE_NAME'];
  const inherited = Object.entries(process.env).filter(([name]) => !theirs.includes(name));
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(root, 'packages/lab/src/start.ts'), ...names],
    {
      cwd: root,
      env: {
        ...Object.fromEntries(inherited),
        PORT: '0',
        SESSION_LAB_FOLDER: folder,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return watch(child);
}

/** Follows a process that prints the table. It is told to stop when the test ends. */
export function watch(child: ChildProcess): Started {
  let said = '';
  let changed = () => undefined as unknown;
  const note = (chunk: string) => {
    said += chunk;
    changed();
  };
  child.stdout?.setEncoding('utf8').on('data', note);
  child.stderr?.setEncoding('utf8').on('data', note);

  const ended: Started['ended'] = new Promise((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal });
      changed();
    });
  });
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  }, 30_000);

  const until = (pattern: RegExp) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      changed = () => {
        const match = said.match(pattern);
        if (match) return resolve(match);
        if (child.exitCode === null && child.signalCode === null) return;
        return reject(new Error(`It ended and never said ${pattern}:\n${said}`));
      };
      changed();
    });

  return {
    child,
    ended,
    until,
    output: () => said,
    async row(name) {
      const [, url = '', pid = '', store = ''] = await until(
        new RegExp(`^${name} +(http\\S+) +(\\d+) +(.*)$`, 'm'),
      );
      return { url, pid: Number(pid), store };
    },
  };
}

/** Resolves when nothing listens there any more. */
export async function untilRefused(url: string): Promise<void> {
  for (;;) {
    const answered = await fetch(url).then(
      (response) => response.arrayBuffer().then(() => true),
      () => false,
    );
    if (!answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether a process still runs. One that waits to be fetched by its parent (a zombie) does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const isZombie =
      process.platform === 'linux' && /\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return !isZombie;
  } catch {
    return false;
  }
}

/** The servers that a process has started and that still run. Linux and macOS. */
export function serversOf(pid: number): number[] {
  const columns = ['-A', '-o', 'pid=,ppid=,stat=,args='];
  const { stdout } = spawnSync('ps', columns, { encoding: 'utf8' });
  const servers = stdout.split('\n').filter((line) => line.includes('src/server.ts'));
  const rows = servers.map((line) => line.trim().split(/\s+/));
  const running = rows.filter(([, parent, state]) => Number(parent) === pid && state?.[0] !== 'Z');
  return running.map(([child]) => Number(child));
}

export async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Logs Ada in and returns her cookie as a browser would send it. */
export async function logIn(url: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ email: 'ada@example.com', password: 'lovelace-1815' }),
  });
  if (response.status !== 200) throw new Error(`The login was answered with ${response.status}`);
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  return cookies.join('; '); // Koa sends two
}

/** A login whose last byte is still missing: a server that stops in order waits for it. */
export async function beginLogin(url: string): Promise<{ finish(): Promise<number> }> {
  const body = JSON.stringify({ email: 'ada@example.com', password: 'lovelace-1815' });
  const login = request(`${url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': body.length },
  });
  const status = once(login, 'response').then(([response]) => {
    response.resume();
    return response.statusCode as number;
  });
  status.catch(() => undefined); // whoever finishes it gets the error
  login.write(body.slice(0, -1));
  // Until the server has seen it, it may hang up as on an idle connection: an answer to a request
  // that was sent later says that it has.
  await once(login, 'socket');
  await fetch(`${url}/healthz`);
  return {
    finish() {
      login.end(body.slice(-1));
      return status;
    },
  };
}

export function endIfRunning(pid: number): void {
  if (isRunning(pid)) process.kill(pid, 'SIGKILL');
}
