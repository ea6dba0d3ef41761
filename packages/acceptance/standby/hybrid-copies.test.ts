// What a copy in Redis is worth after a failover that has lost something: no more than before.
import { expect, it, onTestFinished, vi } from 'vitest';
import { emailOf, passwordOf } from '../chaos/accounts.ts';
import { Browser } from '../src/browser.ts';
import { openPair } from './pair.ts';

vi.setConfig({ testTimeout: 120_000 });

it('a login that the failover has lost works from its copy for a while, and then never again', async () => {
  const pair = await openPair('hybrid');
  onTestFinished(() => pair.close());
  const { url } = await pair.start(undefined, { HYBRID_HOT_SECONDS: '10' });
  await pair.untilCaughtUp();
  pair.replication.hold();
  const browser = new Browser(url);
  await browser.post('/login', { email: emailOf(1), password: passwordOf(1) });
  expect((await browser.get('/profile')).status).toBe(200); // makes the copy
  const cookie = await browser.cookieHeader();

  await pair.primary.kill();
  expect((await browser.get('/profile')).status).toBe(200);
  await pair.standby.promote();
  const withIt = async () => {
    const thief = new Browser(url);
    thief.jar.setCookieSync(cookie, url);
    return (await thief.get('/profile')).status;
  };
  await expect.poll(withIt, { timeout: 60_000 }).toBe(401);
  expect(await withIt()).toBe(401);
});
