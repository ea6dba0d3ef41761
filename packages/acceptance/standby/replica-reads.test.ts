// Why sessions must not be read from a standby: it has not heard of the logout yet.
import { expect, it, onTestFinished, vi } from 'vitest';
import { emailOf, passwordOf } from '../chaos/accounts.ts';
import { Browser } from '../src/browser.ts';
import { openPair, type Pair, SYNCHRONOUS } from './pair.ts';

vi.setConfig({ testTimeout: 120_000 });

async function pairOf(...args: Parameters<typeof openPair>): Promise<Pair> {
  const pair = await openPair(...args);
  onTestFinished(() => pair.close());
  return pair;
}

const USER = { email: emailOf(1), password: passwordOf(1) };

async function loggedIn(url: string): Promise<Browser> {
  const browser = new Browser(url);
  expect((await browser.post('/login', USER)).status).toBe(200);
  return browser;
}

it('a server that reads from a standby lets a confirmed logout in until the standby hears of it', async () => {
  const pair = await pairOf('postgres');
  const { url } = await pair.start();
  const reading = await pair.start(pair.appUrlOf(pair.standby));
  const browser = await loggedIn(url);
  const thief = new Browser(reading.url);
  thief.jar.setCookieSync(await browser.cookieHeader(), reading.url);
  await pair.untilCaughtUp();
  expect((await thief.get('/profile')).status).toBe(200);

  pair.replication.hold();
  expect((await browser.post('/logout')).status).toBe(204);
  expect((await thief.get('/profile')).status).toBe(200); // the hole

  const honest = new Browser(url);
  honest.jar.setCookieSync(await thief.cookieHeader(), url);
  expect((await honest.get('/profile')).status).toBe(401); // at the primary there is none
  pair.replication.mend();
  await pair.untilCaughtUp();
  // 503 and not 401: a cookie that is worth nothing is counted, and nothing can be counted there.
  expect((await thief.get('/profile')).status).toBe(503);
});

it('with synchronous replication and a standby that hangs, nobody is told "done"; reads go on', async () => {
  const pair = await pairOf('postgres', SYNCHRONOUS);
  const { url } = await pair.start();
  const [browser, other] = [await loggedIn(url), await loggedIn(url)];
  await pair.standby.freeze();
  expect((await new Browser(url).post('/login', USER)).status).toBe(503);
  expect((await browser.post('/logout')).status).toBe(503);
  expect((await other.get('/profile')).status).toBe(200);

  await pair.standby.thaw();
  const again = async () => (await browser.post('/logout')).status;
  await expect.poll(again, { timeout: 60_000 }).toBe(204);
  expect((await browser.get('/profile')).status).toBe(401);
  await loggedIn(url);
});

it('writes that wait for a standby keep their connections, until none is left for reads either', async () => {
  const pair = await pairOf('postgres', { ...SYNCHRONOUS, max_connections: '20' });
  const { url } = await pair.start();
  const browser = await loggedIn(url);
  await pair.standby.freeze();
  const tryToGetIn = () => new Browser(url).post('/login', USER);
  await expect
    .poll(
      async () => {
        await Promise.all(Array.from({ length: 10 }, tryToGetIn));
        return (await browser.get('/profile')).status;
      },
      { timeout: 60_000 },
    )
    .toBe(503);

  await pair.standby.thaw();
  await expect.poll(async () => (await tryToGetIn()).status, { timeout: 60_000 }).toBe(200);
  expect((await browser.get('/profile')).status).toBe(200);
});
