import { deriveKeys, parseSecrets } from 'security-helpers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Browser, idIn, replay } from '../src/browser.ts';
import { contract } from '../src/contract/index.ts';
import { outageSuite } from '../src/contract/outage.ts';
import { wrongTypeSuite } from '../src/contract/wrong-type.ts';
import { launch, SECRET } from '../src/target.ts';
import { koa } from '../src/targets/koa.ts';
import { redis } from '../src/targets/redis.ts';

contract(koa);
describe('koa', () => {
  outageSuite(koa);
  wrongTypeSuite(koa);

  describe.each([
    { from: koa, to: redis },
    { from: redis, to: koa },
  ])('with the secret and the namespace of another framework', ({ from, to }) => {
    it(`a session of ${from.name} is one of ${to.name}, and ends on both`, async () => {
      const backend = await koa.openBackend();
      onTestFinished(() => backend.close());
      const env = { SESSION_NAMESPACE: 'shared' };
      const [here, there] = [
        await launch(from, backend, { env }),
        await launch(to, backend, { env }),
      ];
      onTestFinished(() => here.close());
      onTestFinished(() => there.close());

      const browser = new Browser(here.url);
      await browser.post('/cart', { item: 'apple' });
      await browser.logIn();
      const { session } = (await browser.get('/profile')).json;

      // The cookie is each framework's own; the id in it, and what it leads to, are the same.
      const [key] = deriveKeys(parseSecrets(SECRET)).cookie;
      const cookie = to.cookies.signed('sid', idIn(await browser.cookieHeader()), key);
      const profile = await replay(there.url, cookie);
      expect([profile.status, profile.json.session?.handle]).toEqual([200, session?.handle]);

      // Each writes what the other reads: a token, a cart, the end.
      const token = { 'x-csrf-token': browser.csrfToken ?? '', cookie };
      const added = await new Browser(there.url).post('/cart', { item: 'pear' }, token);
      expect(added.status).toBe(200);
      expect((await browser.get('/cart')).json.items).toEqual(['apple', 'pear']);
      expect((await new Browser(there.url).post('/logout', undefined, token)).status).toBe(204);
      expect((await browser.get('/profile')).status).toBe(401);
    }, 60_000);
  });
});
