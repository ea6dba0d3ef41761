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
