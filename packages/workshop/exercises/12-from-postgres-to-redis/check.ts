import { fileURLToPath } from 'node:url';
import { ADA, type Answer, type Browser, replay } from '@session-lab/acceptance';
import { createClient } from 'redis';
import { expect } from '../../src/exercise.ts';
import type { Shop, Stage } from '../../src/stage.ts';
import { openSupplier } from '../../src/supplier.ts';

/** The shop as it was: the same files, but for the store. */
const YESTERDAY = fileURLToPath(new URL('yesterday', import.meta.url));

export async function check(stage: Stage): Promise<void> {
  const supplier = await openSupplier(stage.later);
  const env = { SUPPLIER_URL: supplier.url };
  const old = await stage.start(env, YESTERDAY);
  const [first, second] = [await stage.start(env), await stage.start(env)];
  const { url } = await stage.redis();

  const ada = await loggedIn(old);
  await ada.post('/cart', { item: 'apple' });
  const cookie = await ada.cookieHeader();
  const kept = await replay(first.url, cookie);
  expect(
    isAda(kept),
    'everybody-logged-out',
    `Ada logged in on an old instance; on a new one her GET /profile answered ${kept.status}.`,
  );

  const before = await ttlsIn(url);
  const fresh = await loggedIn(first);
  const known = await replay(second.url, await fresh.cookieHeader());
  expect(
    isAda(known),
    'not-logged-in',
    `Ada logged in on a new instance; on another one her GET /profile answered ${known.status}.`,
  );
  expect(
    (await ttlsIn(url)).length > before.length,
    'new-ones-not-in-redis',
    'Ada logged in on a new instance, and there was no new key in Redis.',
  );

  const here = await visit(first, cookie);
  const { status } = await here.post('/cart', { item: 'pear' });
  for (const shop of [first, second]) {
    const { text, json } = await replay(shop.url, cookie, '/cart');
    expect(
      json.items?.join() === 'apple,pear',
      'stale-row-wins',
      `To the apple of yesterday Ada added a pear (POST /cart: ${status}); then GET /cart ` +
        `answered ${text}.`,
    );
  }
  expect(
    !(await ttlsIn(url)).includes(-1),
    'copies-for-ever',
    'Ada is logged in, and there is a key in Redis without a time to live.',
  );
  const back = await replay(old.url, cookie);
  expect(
    isAda(back),
    'moved-too-early',
    'A new instance answered Ada; her next click reached an old one: GET /profile answered ' +
      `${back.status}.`,
  );

  await expectLogout(old, first, 'logout-undone');
  await expectLogout(first, second, 'logout-undone');
  await expectLogout(old, old, 'copy-outlives-logout');
  await expectLogout(old, second, 'slow-request-undoes-it', 'slow');
  await expectLogout(first, second, 'slow-request-undoes-it', 'slow');
  await expectLogout(old, old, 'slow-request-undoes-it', 'slow');

  const phone = await loggedIn(old);
  const list = (await (await visit(first, cookie)).get('/sessions')).json.sessions ?? [];
  for (const { handle, current } of list) if (!current) await here.delete(`/sessions/${handle}`);
  const left = await phone.get('/profile');
  expect(
    !isAda(left),
    'off-the-list',
    `Ada's phone is logged in on an old instance. On a new one she ended all other sessions that ` +
      `GET /sessions answered; then the phone's GET /profile answered ${left.status}.`,
  );

  /** Logged in on one instance, used on a new one, logged out on one: then nowhere any more. */
  async function expectLogout(begun: Shop, ended: Shop, reason: string, pace?: 'slow') {
    const stolen = await (await loggedIn(begun)).cookieHeader();
    const tab = await visit(first, stolen);
    const held = pace && supplier.hold();
    const request = tab.post('/cart', { item: 'plum' }).catch(() => undefined);
    await (held ? Promise.race([held.arrived, request]) : request);
    const logout = await (await visit(ended, stolen)).post('/logout');
    expect(logout.status < 300, 'no-logout', `POST /logout answered ${logout.status}, not 204.`);
    held?.release();
    await request;
    const story =
      `Ada logged in on ${kindOf(begun)}, went on on a new one and logged out on ${kindOf(ended)}` +
      (pace ? ', while her POST /cart on another one waited for the supplier' : '');
    for (const shop of [first, second, old]) {
      expect(
        !isAda(await replay(shop.url, stolen)),
        reason,
        `${story}; then GET /profile with the old cookie answered 200 on ${kindOf(shop)}, with ` +
          'her name.',
      );
    }
  }

  async function visit(shop: Shop, header: string): Promise<Browser> {
    const browser = stage.browser(shop);
    await browser.plant(header);
    await browser.get('/profile'); // brings the token that a form of the shop has
    return browser;
  }

  async function loggedIn(shop: Shop): Promise<Browser> {
    const browser = stage.browser(shop);
    const login = await browser.logIn(ADA);
    expect(login.status === 200, 'no-login', `POST /login answered ${login.status}, not 200.`);
    return browser;
  }

  function kindOf(shop: Shop): string {
    return shop === old ? 'an old instance' : 'a new one';
  }
}

const isAda = ({ json }: Answer) => json.user?.email === ADA.email;

/** Of all keys, in seconds; -1: for ever. */
async function ttlsIn(url: string): Promise<number[]> {
  const client = await createClient({ url }).on('error', console.error).connect();
  try {
    const keys = await client.keys('*');
    return await Promise.all(keys.map((key) => client.ttl(key)));
  } finally {
    await client.close();
  }
}
