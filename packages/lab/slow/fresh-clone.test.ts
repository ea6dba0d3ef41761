// What a newcomer does first, as the README says it: clone, npm start, log in, pull the plug.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Browser } from '@session-lab/acceptance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examples } from '../src/examples.ts';
import { root } from '../src/folders.ts';
import { isRunning, logIn, type Started, untilRefused, watch } from '../test/support.ts';

const LIMIT = { timeout: 300_000 };

describe('a fresh clone with an empty home', LIMIT, () => {
  let place: string;
  let clone: string;

  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), 'session-lab-clone-'));
    clone = join(place, 'session-lab');
    mkdirSync(join(place, 'home'));
    // What is committed, not what happens to lie around: a file that was forgotten shows here.
    execFileSync('git', ['clone', '--quiet', root, clone]);
  });
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  /** Types `npm start …`; `ended` is when the last of it has gone. Like a terminal, it can send Ctrl-C to all of it at once. */
  function npmStart(...names: string[]): Started & { ctrlC(): void } {
    const child = spawn('npm', ['start', ...names], {
      cwd: clone,
      env: {
        PATH: process.env['PATH'],
        HOME: join(place, 'home'),
        USERPROFILE: join(place, 'home'),
        PORT: '0',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      shell: process.platform === 'win32', // npm is a script there
    });
    return { ...watch(child), ctrlC: () => void process.kill(-(child.pid ?? 0), 'SIGINT') };
  }

  const profile = (url: string, cookie: string) =>
    fetch(`${url}/profile`, { headers: { cookie } }).then(({ status }) => status);

  it('installs, starts all, and redis still knows who was logged in when it was killed', async () => {
    const first = npmStart();
    const [memory, redis] = [await first.row('memory'), await first.row('redis')];
    expect(first.output()).toContain('Installing the dependencies');
    expect(first.output()).toContain('ada@example.com / lovelace-1815');
    expect(first.output()).not.toMatch(/^npm (warn|error)(?! Unknown user config)/m);
    const cookies = { memory: await logIn(memory.url), redis: await logIn(redis.url) };
    expect(await profile(memory.url, cookies.memory)).toBe(200);

    process.kill(redis.pid, 'SIGKILL');
    await first.until(/redis example was killed .* npm start redis/);
    await untilRefused(redis.url);

    const second = npmStart('redis');
    const again = await second.row('redis');
    expect(second.output()).not.toContain('Installing');
    expect(await profile(again.url, cookies.redis)).toBe(200);

    second.ctrlC();
    await second.ended;
    expect(isRunning(again.pid)).toBe(false);

    // The other terminal still has its Redis: whoever leaves first does not take it along.
    const third = npmStart('redis');
    const { url, pid } = await third.row('redis');
    expect(await profile(url, cookies.redis)).toBe(200);
    third.ctrlC();
    await third.ended;

    // Whoever ends npm by its process id, as a supervisor does, ends everything as well.
    first.child.kill('SIGTERM');
    await first.ended;
    for (const each of [memory.pid, redis.pid, pid]) expect(isRunning(each)).toBe(false);
    await untilRefused(memory.url);
    expect(leftOver(clone)).toEqual([]);
  });

  it('one browser on all five: kill -9 each, start again, look: only memory has forgotten', async () => {
    const { jar } = new Browser('');
    const names = examples.map(({ name }) => name);
    const statuses = async (lab: Started) => {
      const seen: Record<string, number> = {};
      for (const name of names) {
        const browser = new Browser((await lab.row(name)).url, { jar });
        seen[name] = (await browser.get('/profile')).status;
      }
      return seen;
    };
    const all = (status: number) => Object.fromEntries(names.map((name) => [name, status]));

    const first = npmStart();
    for (const name of names) {
      expect((await new Browser((await first.row(name)).url, { jar }).logIn()).status).toBe(200);
    }
    expect(await statuses(first)).toEqual(all(200));
    for (const name of names) {
      process.kill((await first.row(name)).pid, 'SIGKILL');
      await first.until(new RegExp(`${name} example was killed`));
    }
    first.ctrlC(); // the lab page is still there
    await first.ended;

    const second = npmStart();
    expect(await statuses(second)).toEqual({ ...all(200), memory: 401 });
    second.ctrlC();
    await second.ended;
    expect(leftOver(clone)).toEqual([]);
  });

  it('keeps secrets and sessions from one start to the next', async () => {
    const secret = readFileSync(join(clone, 'examples', 'redis', '.env'), 'utf8');
    const first = npmStart();
    const cookies = {
      memory: await logIn((await first.row('memory')).url),
      redis: await logIn((await first.row('redis')).url),
    };
    first.ctrlC();
    await first.ended;

    const second = npmStart();
    expect(await profile((await second.row('memory')).url, cookies.memory)).toBe(401);
    expect(await profile((await second.row('redis')).url, cookies.redis)).toBe(200);
    second.ctrlC();
    await second.ended;
    expect(readFileSync(join(clone, 'examples', 'redis', '.env'), 'utf8')).toBe(secret);
    expect(execFileSync('git', ['status', '--porcelain'], { cwd: clone }).toString()).toBe('');
    expect(leftOver(clone)).toEqual([]);
  });
});

/** Processes that still run out of this folder. */
function leftOver(folder: string): string[] {
  if (process.platform === 'win32') return [];
  const lines = execFileSync('ps', ['-eo', 'pid=,args=']).toString().split('\n');
  return lines.filter((line) => line.includes(folder) && !line.includes(' ps '));
}
