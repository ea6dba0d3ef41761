import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, runDirectly, UnavailableError } from './process.ts';

const loopback = { port: 0, host: '127.0.0.1' };

describe('listening', () => {
  it('answers at the URL it gives', async () => {
    const server = await listen((_req, res) => res.end('hello'), loopback);
    const answer = await fetch(server.url);
    expect(await answer.text()).toBe('hello');
    // Longer than the minute for which proxies keep connections that nobody uses.
    expect(answer.headers.get('keep-alive')).toBe('timeout=65');
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it('is over at once even if somebody has connected and said nothing', async () => {
    const server = await listen((_req, res) => res.end(), loopback);
    const silent = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(silent, 'connect');
    await (await fetch(server.url)).text(); // by now the server has seen both
    const hungUp = once(silent, 'close');
    const began = performance.now();
    await server.close();
    await hungUp;
    expect(performance.now() - began).toBeLessThan(9_000); // the limit for those in flight: 10 s
  }, 20_000);

  it('on a port that is taken is one sentence, with an exit code', async () => {
    const other = createServer().listen(loopback);
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const error = await listen(() => undefined, { ...loopback, port }).catch((reason) => reason);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ exitCode: 69, message: expect.stringContaining(`${port}`) });
    expect(error.message).not.toContain('\n');
    other.close();
  });

  it.each(['203.0.113.1', 'no.such.host.invalid'])(
    'on an address that is not here is one sentence: %s',
    async (host) => {
      const error = await listen(() => undefined, { port: 0, host }).catch((reason) => reason);
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({ exitCode: 69, message: expect.stringContaining(host) });
    },
    60_000,
  );
});

describe('closing', () => {
  it('answers what is in flight, refuses what comes new, and only then is done', async () => {
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let arrived: () => void = () => undefined;
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const server = await listen(async (_req, res) => {
      arrived();
      await held;
      res.end('in flight');
    }, loopback);

    const request = fetch(server.url);
    await arrival;
    let closed = false;
    const closing = server.close().then(() => {
      closed = true;
    });
    await expect(fetch(server.url)).rejects.toThrow();
    expect(closed).toBe(false);
    answer();
    expect(await (await request).text()).toBe('in flight');
    await closing;
  });

  it('does not wait for a connection that is only kept for later', async () => {
    const server = await listen((_req, res) => res.end('x'), loopback);
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n');
    await once(socket, 'data');
    const hungUp = once(socket, 'close');
    await server.close();
    await hungUp;
  });
});

it('nothing runs when another file was started: a test that imports a server', async () => {
  let started = false;
  const start = async () => {
    started = true;
    return { url: '', close: async () => undefined };
  };
  const argument = process.argv[1];
  try {
    for (const other of [argument, '-', '/no/such/file', undefined]) {
      if (other === undefined) process.argv.splice(1, 1);
      else process.argv[1] = other;
      await runDirectly(import.meta.url, 'test', start);
    }
  } finally {
    process.argv[1] = argument ?? '';
  }
  expect(started).toBe(false);
});

describe('a server as a process of its own', () => {
  let folder: string;
  const children = new Set<ChildProcess>();
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

  beforeAll(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'security-helpers-process-'));
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, '.env'), 'FROM_FILE=file\nFROM_BOTH=file\n');
    const index = JSON.stringify(new URL('./index.ts', import.meta.url));
    writeFileSync(
      join(folder, 'src/server.mts'),
      `import { listen, readConfig, runDirectly, UnavailableError } from ${index};
       const answer = (req, res) => {
         if (req.url === '/slow') {
           res.flushHeaders();
           return void setTimeout(() => res.end('slow'), 300);
         }
         res.end([process.env.FROM_FILE, process.env.FROM_BOTH].join());
       };
       await runDirectly(import.meta.url, 'test', async () => {
         const { FAIL } = process.env;
         if (FAIL === 'config') readConfig({ PORT: 'x' }, { name: 'test', port: 0 });
         if (FAIL === 'store') throw new UnavailableError('There is no store.');
         if (FAIL === 'bug') throw new TypeError('a mistake');
         const server = await listen(answer, { port: 0, host: '127.0.0.1' });
         if (FAIL !== 'close') return server;
         return { ...server, close: () => Promise.reject(new UnavailableError('Cannot close.')) };
       });`,
    );
    symlinkSync(join(folder, 'src/server.mts'), join(folder, 'link.mts'));
  });
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  function run(env: Record<string, string>, file = 'src/server.mts') {
    const child = spawn(process.execPath, ['--import', tsx, join(folder, file)], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      output.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output.stderr += chunk;
    });
    const exit = once(child, 'close').then(([code]) => {
      children.delete(child);
      return code as number | null;
    });
    const url = async () => {
      const line = /^test example listening on (http:\/\/127\.0\.0\.1:\d+)\n$/;
      await expect.poll(() => output.stdout, { timeout: 30_000 }).toMatch(line);
      return line.exec(output.stdout)?.[1] ?? '';
    };
    return { child, output, exit, url };
  }

  it.each([
    ['config', 78, /^PORT is not a whole number\nSESSION_SECRET is missing: .*\n$/],
    ['store', 69, /^There is no store\.\n$/],
  ])(
    'says in plain sentences what is wrong with its %s',
    async (FAIL, code, stderr) => {
      const { output, exit } = run({ FAIL });
      expect(await exit).toBe(code);
      expect(output.stdout).toBe('');
      expect(output.stderr).toMatch(stderr);
      expect(output.stderr).not.toMatch(/\bat .*:\d+:\d+|Error/);
    },
    60_000,
  );

  it('shows the stack of a mistake in the program', async () => {
    const { output, exit } = run({ FAIL: 'bug' });
    expect(await exit).toBe(1);
    expect(output.stderr).toMatch(/TypeError: a mistake\n.*at /s);
  }, 60_000);

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'answers what is in flight on %s, and exits 0',
    async (signal) => {
      const { child, output, exit, url } = run({});
      const begun = await fetch(`${await url()}/slow`);
      child.kill(signal);
      expect(await begun.text()).toBe('slow');
      expect(await exit).toBe(0);
      expect(output.stderr).toBe('');
    },
    60_000,
  );

  it('says so when it cannot stop in order', async () => {
    const { child, output, exit, url } = run({ FAIL: 'close' });
    await url();
    child.kill('SIGTERM');
    expect(await exit).toBe(69);
    expect(output.stderr).toBe('Cannot close.\n');
  }, 60_000);

  it('reads .env, but the environment wins; started by a symbolic link, too', async () => {
    const { child, exit, url } = run({ FROM_BOTH: 'environment' }, 'link.mts');
    expect(await (await fetch(await url())).text()).toBe('file,environment');
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  }, 60_000);
});
