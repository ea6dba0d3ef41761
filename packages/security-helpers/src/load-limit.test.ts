import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { diagnostics, hear, type Load } from './diagnostics.ts';
import { limitLoad } from './load-limit.ts';
import { listen, type Running } from './process.ts';

const until = { timeout: 20_000, interval: 10 };

let load: Load = { running: 0, waiting: 0 };
hear(diagnostics.load, (now) => {
  load = now;
});
const isLoad = (running: number, waiting: number) =>
  expect.poll(() => [load.running, load.waiting], until).toEqual([running, waiting]);

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Server extends Running {
  /** The URLs of the requests that have begun, in that order. */
  begun: string[];
  /** Answers the request of this URL. */
  answer(url: string): void;
  send(url: string, init?: RequestInit): Promise<Response>;
}

/** A server that answers when the test says so. */
async function start(
  limits: { running?: number; waiting?: number; waitMs?: number },
  begin: (req: IncomingMessage) => void = () => undefined,
): Promise<Server> {
  const begun: string[] = [];
  const held = new Map<string, () => void>();
  const hold: RequestListener = (req, res) => {
    const url = req.url ?? '';
    begin(req);
    const answer = () => {
      begun.push(url);
      held.set(
        url,
        AsyncResource.bind(() => void res.end(url)),
      ); // as by the request's own work
      if (url === '/healthz') res.end(url);
    };
    if (req.method === 'POST') req.resume().once('end', answer);
    else answer();
  };
  const config = {
    load: { running: 2, waiting: 1, waitMs: 60_000, ...limits },
    production: false,
  };
  const server = await listen(limitLoad(hold, config), { port: 0, host: '127.0.0.1' });
  closers.push(() => {
    for (const end of held.values()) end();
    return server.close();
  });
  return {
    ...server,
    begun,
    answer: (url) => held.get(url)?.(),
    send: (url, init) => fetch(server.url + url, init),
  };
}

const begins = ({ begun }: Server, ...urls: string[]) =>
  expect.poll(() => begun, until).toEqual(urls);

async function rawly({ url }: Server, text: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  closers.push(() => socket.destroy());
  await once(socket, 'connect');
  socket.write(text.replaceAll('\n', '\r\n'));
  return socket;
}

const get = (url: string) => `GET ${url} HTTP/1.1\nHost: x\n\n`;

it('some are answered, some wait for their turn, the rest are told at once to come back', async () => {
  const server = await start({ running: 2, waiting: 2 });
  const first = [server.send('/1'), server.send('/2')];
  await expect.poll(() => server.begun.toSorted(), until).toEqual(['/1', '/2']);
  const others = ['/3', '/4', '/5', '/6', '/7'].map((url) => server.send(url));
  const answered: Response[] = [];
  for (const other of others) other.then((response) => answered.push(response));
  await expect.poll(() => answered.length, until).toBe(3);
  for (const response of answered) {
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toMatch(/^[123]$/);
    expect(response.headers.get('connection')).toBe('keep-alive');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 503, code: 'overloaded' });
  }
  expect(server.begun).toHaveLength(2);

  server.answer('/1');
  await expect.poll(() => server.begun.length, until).toBe(3);
  server.answer('/2');
  await expect.poll(() => server.begun.length, until).toBe(4);
  for (const url of server.begun) server.answer(url);
  expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
  await Promise.all(others);
  expect(answered.slice(3).map(({ status }) => status)).toEqual([200, 200]);
});

it('who has waited longest is next, in no context but their own', async () => {
  const context = new AsyncLocalStorage<string>();
  const contexts: unknown[] = [];
  const server = await start({ running: 1, waiting: 9 }, ({ url = '' }) => {
    contexts.push(context.getStore());
    context.enterWith(url);
  });
  const sent = [server.send('/1')];
  await begins(server, '/1');
  // One connection, so that they come in this order.
  await rawly(server, get('/2') + get('/3') + get('/4'));
  await isLoad(1, 3);
  server.answer('/1');
  await begins(server, '/1', '/2');
  server.answer('/2');
  await begins(server, '/1', '/2', '/3');
  server.answer('/3');
  await begins(server, '/1', '/2', '/3', '/4');
  await Promise.all(sent);
  expect(contexts).toEqual([undefined, undefined, undefined, undefined]);
});

it('nobody waits for ever', async () => {
  const server = await start({ running: 1, waiting: 1, waitMs: 1500 });
  void server.send('/1').catch(() => undefined);
  await begins(server, '/1');
  const late = await server.send('/2');
  expect([late.status, await late.text()]).toEqual([503, expect.stringContaining('overloaded')]);
  // Who has had their turn in time keeps it, for however long.
  const third = server.send('/3');
  await isLoad(1, 1);
  server.answer('/1');
  await begins(server, '/1', '/3');
  expect((await server.send('/4')).status).toBe(503);
  server.answer('/3');
  expect((await third).status).toBe(200);
  expect(server.begun).toEqual(['/1', '/3']); // the one that left did not come back
});

it('a queue that is never empty is closed for a while: against a crowd that stays it does not help', async () => {
  const shed: Load['shed'][] = [];
  closers.push(hear(diagnostics.load, (now) => void (now.shed && shed.push(now.shed))));
  const server = await start({ running: 1, waiting: 3, waitMs: 500 });
  let count = 0;
  const come = () => server.send(`/${++count}`);
  void server.send('/held').catch(() => undefined);
  await begins(server, '/held');

  // Two come again and again: one of them is there at any time, and there is room for a third.
  const comeAgain = async () => {
    while (!shed.includes('full')) await come();
  };
  const first = comeAgain();
  await new Promise((resolve) => setTimeout(resolve, 250));
  await Promise.all([first, comeAgain()]);
  expect(shed[0]).toBe('late'); // it was open before
  await come();
  expect([shed.at(-1), load.waiting]).toEqual(['full', 0]);

  const comeAndSee = async () => {
    await come();
    return shed.at(-1);
  };
  await expect.poll(comeAndSee, until).toBe('late'); // open again
});

it('a browser gets a page', async () => {
  const server = await start({ running: 1, waiting: 0 });
  void server.send('/1').catch(() => undefined);
  await begins(server, '/1');
  const answer = await server.send('/2', { headers: { accept: 'text/html,*/*;q=0.8' } });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    503,
    'text/html; charset=utf-8',
  ]);
  expect(await answer.text()).toContain('<p>There are too many requests');
});

it('health is always answered: a busy instance is not a dead one', async () => {
  const server = await start({ running: 1, waiting: 0 });
  void server.send('/1').catch(() => undefined);
  await begins(server, '/1');
  expect((await server.send('/healthz')).status).toBe(200);
  expect((await server.send('/healthy')).status).toBe(503);
});

describe('a turn is free again', () => {
  it('when a client hangs up, whether it was being answered, waited, or stood behind another', async () => {
    const server = await start({ running: 2, waiting: 1 });
    const socket = await rawly(server, get('/1') + get('/2') + get('/3'));
    await isLoad(2, 1);
    socket.destroy();
    await isLoad(0, 0);
    expect(server.begun).toEqual(['/1', '/2']); // nobody was there for an answer to /3
    const answers = [server.send('/4'), server.send('/5')];
    await isLoad(2, 0);
    for (const url of ['/4', '/5']) server.answer(url);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    await isLoad(0, 0);
  });

  it('while a body is still on its way: slow ones would else keep everybody out', async () => {
    const server = await start({ running: 1, waiting: 0 });
    const slow = 'POST /slow HTTP/1.1\nHost: x\nContent-Length: 5\n\n12';
    const [socket] = await Promise.all([rawly(server, slow), rawly(server, slow)]);
    const answer = server.send('/1');
    await begins(server, '/1');
    server.answer('/1');
    expect((await answer).status).toBe(200);
    await isLoad(0, 0);
    // From its last byte on, it counts like any other.
    socket.write('345');
    await isLoad(1, 0);
    expect((await server.send('/2')).status).toBe(503);
    server.answer('/slow');
    await isLoad(0, 0);
  });
});

it('tells whoever listens how many are answered and wait, and who was turned away', async () => {
  const shed: Load['shed'][] = [];
  closers.push(hear(diagnostics.load, (now) => void shed.push(now.shed)));
  const server = await start({ running: 1, waiting: 1, waitMs: 200 });
  void server.send('/1').catch(() => undefined);
  await isLoad(1, 0);
  const late = server.send('/2');
  await isLoad(1, 1);
  await server.send('/3');
  await late;
  expect(shed.filter(Boolean)).toEqual(['full', 'late']);
});
