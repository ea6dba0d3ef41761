import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@session-lab/services';

/** A real load balancer (HAProxy) in front of some servers. */
export interface Balancer {
  url: string;
  /** Sends nothing new to a server, and resolves when it has answered all that it had. */
  drain(index: number): Promise<void>;
  /** Sends to it again. Resolves when HAProxy itself has seen that it is ready. */
  enable(index: number): Promise<void>;
  close(): Promise<void>;
}

/** @param program the path of `haproxy`. */
export async function openBalancer(program: string, urls: readonly string[]): Promise<Balancer> {
  const folder = mkdtempSync(join(tmpdir(), 'session-lab-haproxy-'));
  const [port, control] = [await freePort(), await freePort()];
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, configuration(port, control, urls));
  const child = spawn(program, ['-db', '-f', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  }
  const leave = () => child.kill('SIGKILL');
  process.on('exit', leave);
  const gone = once(child, 'exit');

  const ask = (command: string) => askRuntime(control, command);
  const until = async (what: string, isSo: (row: string[]) => boolean, index: number) => {
    for (const deadline = performance.now() + 30_000; ; await wait(20)) {
      if (child.exitCode !== null) throw new Error(`HAProxy ended: ${said}`);
      const row = await ask('show stat').then(
        (text) => text.split('\n').find((each) => each.startsWith(`shop,s${index},`)),
        () => undefined, // it does not listen yet
      );
      if (row && isSo(row.split(','))) return;
      if (performance.now() > deadline) throw new Error(`server ${index} is not ${what}: ${row}`);
    }
  };
  const isUp = (row: string[]) => row[STATUS] === 'UP';
  for (const [index] of urls.entries()) await until('up', isUp, index);
  return {
    url: `http://127.0.0.1:${port}`,
    async drain(index) {
      await ask(`set server shop/s${index} state drain`);
      await until('drained', (row) => row[CURRENT_SESSIONS] === '0', index);
    },
    async enable(index) {
      await ask(`set server shop/s${index} state ready`);
      await until('up', isUp, index);
    },
    async close() {
      process.off('exit', leave);
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// Columns of `show stat`: https://docs.haproxy.org/2.6/management.html#9.1
const CURRENT_SESSIONS = 4;
const STATUS = 17;

// Who is replaced is drained first; until then, a slow answer on a busy machine is no reason to leave
// an instance out.
function configuration(port: number, control: number, urls: readonly string[]): string {
  const servers = urls.map(
    (url, index) => `  server s${index} ${new URL(url).host} check inter 100ms fall 100 rise 1`,
  );
  return `
global
  stats socket ipv4@127.0.0.1:${control} level admin
defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
frontend door
  bind 127.0.0.1:${port}
  default_backend shop
backend shop
  balance roundrobin
  option httpchk GET /readyz
${servers.join('\n')}
`;
}

/** HAProxy's runtime API: one command a connection. */
async function askRuntime(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text;
  });
  socket.write(`${command}\n`);
  await once(socket, 'end');
  return answer;
}
