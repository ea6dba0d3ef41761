// Talks to Redis over a bare socket: the doctor and the tests of other packages need no client.
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/**
 * Whether the server at this port answers PING and is the one we started. Another program may
 * have taken the port in the meantime, and its PONG would look the same.
 * @param pid the server's own process id; not checked when `undefined` (a container has its own)
 * @param options.limitMs milliseconds to wait for the answer, 1000 unless given
 */
export async function answers(
  port: number,
  pid: number | undefined,
  { overTls = false, limitMs = 1_000 }: { overTls?: boolean; limitMs?: number | undefined } = {},
): Promise<boolean> {
  const place = { host: '127.0.0.1', port };
  try {
    const text = await converse(
      // A test may want a certificate that nobody should trust; it is the process id that counts.
      overTls ? connectTls({ ...place, rejectUnauthorized: false }) : connectTcp(place),
      'PING\r\nINFO server\r\n',
      (received) => /process_id:\d+\r\n/.test(received),
      limitMs,
    );
    const answering = Number(/process_id:(\d+)/.exec(text)?.[1]);
    return text.startsWith('+PONG') && (pid === undefined || answering === pid);
  } catch {
    return false;
  }
}

/**
 * Asks the server of a redis: or rediss: URL for a PONG, with the URL's user and password.
 * @returns `undefined` when it answers, else the reason in words that hold no part of the URL
 */
export async function whyNotAnswering(url: URL, limitMs: number): Promise<string | undefined> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || '6379');
  const named = isIP(host) === 0 ? { servername: host } : {};
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  const login = user === '' ? [password] : [user, password];
  const lines = password === '' ? 1 : 2;
  const hello = password === '' ? '' : resp(['AUTH', ...login]);
  try {
    const socket =
      url.protocol === 'rediss:'
        ? connectTls({ host, port, ...named })
        : connectTcp({ host, port });
    const text = await converse(
      socket,
      `${hello}${resp(['PING'])}`,
      (received) => received.split('\r\n').length > lines,
      limitMs,
    );
    if (/^-(WRONGPASS|NOAUTH|ERR AUTH|ERR invalid password)/m.test(text)) {
      return 'refuses the user or password';
    }
    return text.split('\r\n').includes('+PONG') ? undefined : 'does not answer like a ready Redis';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return `does not answer${code}`;
  }
}

/**
 * Carries out one command on a server of ours, and hands back its answer as it came over the wire.
 * @throws Error when the server refuses, or does not answer within a second
 */
export async function ask(port: number, ...words: string[]): Promise<string> {
  const question = resp(words) + resp(['PING']);
  const socket = connectTcp({ host: '127.0.0.1', port });
  const text = await converse(socket, question, (said) => said.endsWith('+PONG\r\n'), 1_000);
  const answer = text.slice(0, -'+PONG\r\n'.length);
  if (answer.startsWith('-')) throw new Error(`${words[0]}: ${answer.slice(1).trim()}`);
  return answer;
}

function resp(words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join('')}`;
}

function converse(
  socket: Socket,
  question: string,
  isComplete: (received: string) => boolean,
  limitMs: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    // Its own timer, not socket.setTimeout: a server that sends a byte now and then must end too.
    const timer = setTimeout(() => end(new Error('no answer in time')), limitMs);
    const end = (error?: Error) => {
      clearTimeout(timer);
      socket.destroy();
      if (error) reject(error);
      else resolve(received);
    };
    socket.setEncoding('utf8');
    socket.on('error', end);
    socket.on('close', () => end(new Error('closed before it answered')));
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (isComplete(received)) end();
    });
    socket.write(question);
  });
}
