import { once } from 'node:events';
import { connect } from 'node:net';
import { listen } from 'security-helpers';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { tryCrowd } from './try.ts';
import { faults, shareOf } from './verdict.ts';

const lines: string[] = [];
afterAll(() => console.log(lines.join('\n')));

// Fewer people than `npm run overload` has, a harder rush, and less is asked: another test may take
// half of the machine in between. Without a limit, a twentieth of the capacity is left.
const trial = { people: 3000, times: 3, seconds: 12 };

it.each(['redis', 'koa', 'postgres'])(
  '%s serves on, and answers everybody',
  async (example) => {
    const outcome = await tryCrowd({ ...trial, example }, (line) =>
      lines.push(`${example}: ${line}`),
    );
    lines.push(`${example}: served in the rush: ${shareOf(outcome).toFixed(2)} of the capacity`);
    expect(faults(outcome, { share: 0.4, halfIsEasy: false })).toEqual([]);
  },
  300_000,
);

it('without a limit it serves next to nothing: what the limit is for', async () => {
  const env = { REQUEST_LIMIT: '10000', REQUEST_QUEUE_LIMIT: '0' };
  const tell = (line: string) => void lines.push(`redis, no limit: ${line}`);
  const outcome = await tryCrowd({ ...trial, example: 'redis', env }, tell);
  expect(shareOf(outcome)).toBeLessThan(0.4);
}, 300_000);

it('who opens connections and says nothing, or never comes to an end, is hung up on', async () => {
  const server = await listen((_req, res) => res.end(), { port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  const dawdle = async (text: string) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(text);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    return answer;
  };
  const body = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\n1';
  const answers = await Promise.all([
    dawdle(''),
    dawdle('GET / HTTP/1.1\r\nX-Drop: 1\r\n'),
    dawdle(body),
  ]);
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 408 /);
}, 300_000);
