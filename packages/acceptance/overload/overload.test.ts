import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { listen } from 'security-helpers';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { tryCrowd } from './try.ts';
import { faults } from './verdict.ts';

const lines: string[] = [];
afterAll(() => console.log(lines.join('\n')));

// Fewer people than `npm run overload` has, a harder rush, and more patience: other tests may take
// most of the machine at any time. So it is the server's own work that counts, not the time; and a
// few seconds of memory tell a queue without an end from a heap between two collections, no more.
const trial = { people: 3000, times: 3, seconds: 9 };
/** Less than what was seen: 0.35 and more. */
const WORK = 0.2;
/** 0.02 to 0.23 was seen, with twice the deadline. */
const WORK_WITHOUT = 0.35;
const patient = { STORE_DEADLINE_MS: '2000' };

it.each(['redis', 'koa', 'postgres'])(
  '%s serves on, and answers everybody',
  async (example) => {
    const tell = (line: string) => void lines.push(`${example}: ${line}`);
    const outcome = await tryCrowd({ ...trial, example, env: patient }, tell);
    tell(`${outcome.work.toFixed(2)} of its work went into answers`);
    const demands = { work: WORK, halfIsEasy: false, growth: 1.5 };
    expect(faults(outcome, demands).join('\n')).toBe('');
  },
  300_000,
);

it('without a limit it serves much less: what the limit is for', async () => {
  const env = { REQUEST_LIMIT: '10000', REQUEST_QUEUE_LIMIT: '0', STORE_DEADLINE_MS: '100' };
  const tell = (line: string) => void lines.push(`redis, no limit: ${line}`);
  const outcome = await tryCrowd({ ...trial, example: 'redis', env }, tell);
  tell(`${outcome.work.toFixed(2)} of its work went into answers`);
  expect(outcome.work).toBeLessThan(WORK_WITHOUT);
}, 300_000);

it('who opens connections and says nothing, or never comes to an end, is hung up on', async () => {
  const handler: RequestListener = (req, res) => void req.resume().once('end', () => res.end());
  const server = await listen(handler, { port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  const dawdle = async (text: string) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    await once(socket, 'connect');
    if (text) socket.write(text);
    await once(socket, 'close');
    return answer;
  };
  const answers = await Promise.all([
    dawdle(''),
    dawdle('GET / HTTP/1.1\r\nHost: x\r\nX-Dro'),
    dawdle('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1'),
  ]);
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
}, 300_000);
