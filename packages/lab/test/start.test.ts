import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { Browser } from '@session-lab/acceptance';
import { findOrStartPostgres, findOrStartRedis } from '@session-lab/services';
import { describe, expect, it, onTestFinished } from 'vitest';
import { examples } from '../src/examples.ts';
import {
  beginLogin,
  endIfRunning,
  isRunning,
  logIn,
  serversOf,
  startLab,
  temporaryFolder,
  untilGone,
  untilRefused,
} from './support.ts';

const TIME_LIMIT = { timeout: 60_000 };

describe('npm start, asked for what it cannot do', TIME_LIMIT, () => {
  it('says which examples there are when a name is unknown', async () => {
    const lab = startLab(['reddis'], temporaryFolder());
    expect((await lab.ended).code).toBe(78);
    expect(lab.output()).toBe(
      "There is no example 'reddis': choose from memory, redis, postgres, hybrid, koa.\n",
    );
  });

  it('names an option that it does not know, and has help', async () => {
    const wrong = startLab(['--prot=1'], temporaryFolder());
    expect((await wrong.ended).code).toBe(78);
    expect(wrong.output()).toMatch(/^Unknown option '--prot'.*\n$/);

    const help = startLab(['--help'], temporaryFolder());
    expect((await help.ended).code).toBe(0);
    expect(help.output()).toContain('Usage: npm start');
  });

  it('says which port is taken and where to choose another', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;

    const lab = startLab(['memory'], temporaryFolder(), { PORT: `${port}` });
    expect((await lab.ended).code).toBe(69);
    const line = lab.output().trimEnd().split('\n').at(-1);
    expect(line).toContain(`memory does not run: Port ${port} on 127.0.0.1 is taken`);
    expect(line).toContain('Settings: examples/memory/.env');
  });

  it('says what is wrong with a secret, not what the secret is', async () => {
    const lab = startLab(['memory'], temporaryFolder(), { SESSION_SECRET: 'tiny-3151' });
    expect((await lab.ended).code).toBe(78);
    expect(lab.output()).toContain('memory does not run: SESSION_SECRET');
    expect(lab.output()).not.toContain('tiny-3151');
    expect(lab.output()).not.toContain('    at ');
  });

  it('runs what can run where a store cannot be had', async () => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    nobody.close();

    const lab = startLab([], temporaryFolder(), {
      REDIS_URL: `redis://:hunter2@127.0.0.1:${port}`,
    });
    const { url } = await lab.row('memory');
    await lab.until(/^redis does not run: .+$/m);
    expect(lab.output()).not.toContain('hunter2');
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

describe('npm start', TIME_LIMIT, () => {
  it('stops everything it started', async () => {
    const folder = temporaryFolder();
    const lab = startLab([], folder);
    const memory = await lab.row('memory');
    const redis = await lab.row('redis');
    const store = /redis:\/\/127\.0\.0\.1:(\d+)/.exec(redis.store)?.[1];
    expect(lab.output()).toContain('ada@example.com / lovelace-1815');
    expect(existsSync(join(folder, 'memory.log'))).toBe(true);

    lab.child.kill('SIGINT');
    expect(await lab.ended).toEqual({ code: 0, signal: null });
    expect(lab.output()).not.toContain('killing');
    expect(isRunning(memory.pid) || isRunning(redis.pid)).toBe(false);
    await untilRefused(memory.url);
    await untilRefused(redis.url);
    await untilRefused(`http://127.0.0.1:${store}`);
  });

  it('answers what is in flight, although npm repeats the Ctrl-C of the terminal', async () => {
    const lab = startLab(['memory'], temporaryFolder());
    const request = await beginLogin((await lab.row('memory')).url);
    lab.child.kill('SIGINT');
    await lab.until(/^Stopping/m);
    lab.child.kill('SIGINT');
    expect(await request.finish()).toBe(200);
    expect((await lab.ended).code).toBe(0);
  });

  it('stops at once at a second Ctrl-C', async () => {
    const lab = startLab(['memory'], temporaryFolder());
    const { url, pid } = await lab.row('memory');
    const request = await beginLogin(url);
    lab.child.kill('SIGINT');
    await lab.until(/^Stopping/m);
    // Whoever presses the keys twice is slower than npm: repeated until it counts.
    const again = setInterval(() => lab.child.kill('SIGINT'), 100);
    expect((await lab.ended).code).toBe(130);
    clearInterval(again);
    await untilGone(pid);
    await expect(request.finish()).rejects.toThrow();
  });

  it('one browser stays logged in on all of them: a cookie for each, and its events in a log', async () => {
    const folder = temporaryFolder();
    const lab = startLab([], folder);
    const { jar } = new Browser('');
    const names = examples.map(({ name }) => name);
    const urls: string[] = [];
    for (const name of names) {
      const { url } = await lab.row(name);
      urls.push(url);
      expect((await new Browser(url, { jar }).logIn()).status, name).toBe(200);
    }
    const cookies = await jar.getCookies(urls[0] ?? '');
    const ids = cookies.map(({ key }) => key).filter((key) => !key.endsWith('.sig'));
    expect(ids.sort()).toEqual(names.map((name) => `sid_${name}`).sort());
    // A logout on the first is none on the others.
    const first = new Browser(urls[0] ?? '', { jar });
    await first.get('/profile');
    expect((await first.post('/logout')).status).toBe(204);
    const statuses = [];
    for (const url of urls) statuses.push((await new Browser(url, { jar }).get('/profile')).status);
    expect(statuses).toEqual([401, 200, 200, 200, 200]);

    lab.child.kill('SIGTERM');
    await lab.ended;
    expect(readFileSync(join(folder, 'redis.log'), 'utf8')).toContain('login_succeeded');
    expect(lab.output()).not.toContain('login_succeeded');
  });

  it('a killed redis example starts again elsewhere and still knows its users', async () => {
    const folder = temporaryFolder();
    const lab = startLab([], folder);
    const memory = await lab.row('memory');
    const killed = await lab.row('redis');
    const cookie = await logIn(killed.url);

    process.kill(killed.pid, 'SIGKILL');
    await lab.until(/^redis example was killed \(SIGKILL\)\. Start it .*npm start redis$/m);
    expect((await fetch(memory.url)).status).toBe(200);

    const second = startLab(['redis'], folder);
    const redis = await second.row('redis');
    expect(redis.store).toBe(killed.store);
    const profile = await fetch(`${redis.url}/profile`, { headers: { cookie } });
    expect(profile.status).toBe(200);

    lab.child.kill('SIGTERM');
    expect((await lab.ended).code).toBe(0);
    // The store stays for whoever still uses it.
    expect((await fetch(`${redis.url}/readyz`)).status).toBe(200);
    second.child.kill('SIGTERM');
    expect((await second.ended).code).toBe(0);
  });

  it('with --instances, several processes share a port and all sessions; one that dies is replaced', async () => {
    const lab = startLab(['redis', '--instances', '2'], temporaryFolder());
    const { url, pid } = await lab.row('redis');
    const cookie = await logIn(url);
    // Each connection goes to the next process.
    const statuses = async (count: number) => {
      const headers = { cookie, connection: 'close' };
      const answers = Array.from({ length: count }, () => fetch(`${url}/profile`, { headers }));
      return new Set((await Promise.all(answers)).map(({ status }) => status));
    };
    expect(await statuses(10)).toEqual(new Set([200]));

    const workers = serversOf(pid);
    expect(workers.length).toBe(2);
    process.kill(workers[0] ?? Number.NaN, 'SIGKILL');
    await lab.until(/process \d+ was killed \(SIGKILL\): another takes its place\./);
    expect(await statuses(10)).toEqual(new Set([200]));
    await expect.poll(() => serversOf(pid).length, TIME_LIMIT).toBe(2);

    const all = [pid, ...serversOf(pid)];
    lab.child.kill('SIGTERM');
    expect((await lab.ended).code).toBe(0);
    expect(all.filter(isRunning)).toEqual([]);
  });

  it('with --instances, memory forgets every other time: each process knows its own', async () => {
    const lab = startLab(['memory', '--instances', '2'], temporaryFolder());
    const { url } = await lab.row('memory');
    const cookie = await logIn(url);
    const headers = { cookie, connection: 'close' };
    const statuses = new Set<number>();
    for (let time = 0; time < 10; time++) {
      statuses.add((await fetch(`${url}/profile`, { headers })).status);
    }
    expect(statuses).toEqual(new Set([200, 401]));
  });

  it('says what is wrong with a number of instances, or with the settings of all of them', async () => {
    const wrong = startLab(['redis', '--instances', 'two'], temporaryFolder());
    expect((await wrong.ended).code).toBe(78);
    expect(wrong.output()).toBe('--instances must be a whole number from 1 to 16.\n');
    const secret = { SESSION_SECRET: 'tiny-3151' };
    const unset = startLab(['memory', '--instances', '2'], temporaryFolder(), secret);
    expect((await unset.ended).code).toBe(78);
    expect(unset.output()).toContain('memory does not run: SESSION_SECRET');
  });

  it('ends when the last example is gone', async () => {
    const lab = startLab(['memory'], temporaryFolder());
    process.kill((await lab.row('memory')).pid, 'SIGKILL');
    expect((await lab.ended).code).toBe(1);
    expect(lab.output()).toMatch(/No example is left\.\n$/);
  });

  it('leaves no example behind even when it is killed itself', async () => {
    const folder = temporaryFolder();
    const lab = startLab([], folder);
    const memory = await lab.row('memory');
    const redis = await lab.row('redis');
    onTestFinished(async () => {
      for (const { pid } of [memory, redis]) endIfRunning(pid);
      // The one thing that a killed starter leaves: whoever comes next finds them and stops them.
      await (await findOrStartRedis({ folder })).close();
      await (await findOrStartPostgres({ folder })).close();
    });

    lab.child.kill('SIGKILL');
    expect((await lab.ended).signal).toBe('SIGKILL');
    await Promise.all([untilGone(memory.pid), untilGone(redis.pid)]);
    await untilRefused(memory.url);
    await untilRefused(redis.url);
  });

  it('can be stopped while it still starts', async () => {
    const lab = startLab(['redis'], temporaryFolder());
    await lab.until(/^Starting redis …$/m);
    lab.child.kill('SIGTERM');
    expect((await lab.ended).code).toBe(0);
    expect(lab.output()).not.toContain('does not run');
    expect(lab.output()).not.toContain('killing');
  });
});
