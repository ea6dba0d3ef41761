import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { connectRedis } from './client.ts';

it('says nothing on a new connection but who it is: an account for sessions may say no more', async () => {
  const said: string[] = [];
  const server = createServer((socket) => {
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const command of text.split(/^\*/m).filter(Boolean)) {
        said.push(/\$\d+\r\n(\w+)/.exec(command)?.[1] ?? command);
        socket.write('+OK\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const client = await connectRedis(`redis://app:password@127.0.0.1:${port}`);
  client.destroy();
  expect(said).toEqual(['HELLO', 'PING']);
});

it('gives up a connection on which nothing comes back, however busy it is', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    const isMute = () => connections === 1 && gone;
    socket.on('data', () => isMute() || socket.write('+OK\r\n'));
    socket.on('error', () => undefined);
  });
  let gone = false;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const client = await connectRedis(`redis://127.0.0.1:${port}`);
  onTestFinished(() => void client.destroy());
  gone = true;
  // Each command that is written starts the time-out of the socket again.
  const busy = setInterval(() => void client.get('key').catch(() => undefined), 20);
  onTestFinished(() => clearInterval(busy));
  await expect.poll(() => connections, { timeout: 60_000 }).toBeGreaterThan(1);
  await expect.poll(() => client.ping().catch(String), { timeout: 60_000 }).toBe('OK');
}, 120_000);
