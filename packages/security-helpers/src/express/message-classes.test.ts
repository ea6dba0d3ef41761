import express from 'express';
import { expect, it, onTestFinished } from 'vitest';
import { listen } from '../process.ts';
import { messageClasses } from './message-classes.ts';

it('a request and its response have their prototype from the beginning: Express changes none', async () => {
  const app = express();
  app.get('/', (req, res) => void res.json({ accepts: req.accepts('json') }));
  const seen: boolean[] = [];
  const server = await listen(
    (req, res) => {
      const before = [Object.getPrototypeOf(req), Object.getPrototypeOf(res)];
      app(req, res);
      const after = [Object.getPrototypeOf(req), Object.getPrototypeOf(res)];
      seen.push(before[0] === after[0] && before[1] === after[1]);
    },
    { port: 0, host: '127.0.0.1' },
    messageClasses(app),
  );
  onTestFinished(() => server.close());
  expect(await (await fetch(server.url)).json()).toEqual({ accepts: 'json' });
  expect(seen).toEqual([true]);
});

it('a mounted application still has its own', async () => {
  const [app, mounted] = [express(), express()];
  mounted.set('name', 'mounted');
  app.set('name', 'outer');
  app.use('/mounted', mounted);
  mounted.get('/', (req, res) => void res.json(req.app.get('name')));
  app.get('/', (req, res) => void res.json(req.app.get('name')));
  const server = await listen(app, { port: 0, host: '127.0.0.1' }, messageClasses(app));
  onTestFinished(() => server.close());
  const ask = async (path: string) => (await fetch(`${server.url}${path}`)).json();
  expect([await ask('/'), await ask('/mounted'), await ask('/')]).toEqual([
    'outer',
    'mounted',
    'outer',
  ]);
});
