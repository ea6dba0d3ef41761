// The exchanges that the pages show. Each is played on the real examples when the pages are checked.
import { openSlowLine } from '../../packages/acceptance/src/attack/slow-line.ts';
import { GRACE } from '../../packages/acceptance/src/browser.ts';
import { NEXT_SECRET, PRODUCTION, SECRET } from '../../packages/acceptance/src/target.ts';
import { hybrid } from '../../packages/acceptance/src/targets/hybrid.ts';
import { memory } from '../../packages/acceptance/src/targets/memory.ts';
import { closePostgres } from '../../packages/acceptance/src/targets/postgres.ts';
import { redis } from '../../packages/acceptance/src/targets/redis.ts';
import { Stage } from './exchange.ts';

type Scene = (stage: Stage) => Promise<void>;

const SHOP = 'shop';

/** One redis example, and a browser. */
async function simple(stage: Stage) {
  const shop = await stage.server(redis, await stage.store(redis));
  return { shop, ada: stage.person('Ada', shop, SHOP) };
}

export const scenes: Readonly<Record<string, Scene>> = {
  async 'first-visit'(stage) {
    const { ada } = await simple(stage);
    await ada.get('/');
    await ada.get('/profile');
    await ada.post('/cart', { item: 'apple' });
    await ada.get('/cart');
  },

  async login(stage) {
    const { ada } = await simple(stage);
    await ada.post('/cart', { item: 'apple' });
    await ada.logIn();
    await ada.get('/profile');
  },

  async fixation(stage) {
    const { shop } = await simple(stage);
    const mallory = stage.person('Mallory', shop, SHOP);
    await mallory.post('/cart', { item: 'apple' });
    const planted = await mallory.cookieHeader();
    const ada = stage.person('Ada', shop, SHOP);
    stage.note('Mallory plants this cookie in Ada’s browser');
    await ada.plant(planted);
    await ada.get('/cart');
    await ada.logIn();
    await ada.get('/profile');
    await mallory.get('/profile');
  },

  async logout(stage) {
    const { shop, ada } = await simple(stage);
    await ada.logIn();
    const copied = await ada.cookieHeader();
    await ada.post('/logout');
    await ada.get('/profile');
    stage.note('Somebody has a copy of the cookie');
    await stage.person('Mallory', shop, SHOP).get('/profile', { headers: { cookie: copied } });
  },

  async 'idle-timeout'(stage) {
    const { ada } = await simple(stage);
    await ada.logIn();
    stage.later(29);
    await ada.get('/profile');
    stage.later(29);
    await ada.get('/profile');
    stage.later(34);
    await ada.get('/profile');
  },

  async 'absolute-timeout'(stage) {
    const { ada } = await simple(stage);
    await ada.logIn();
    for (let minutes = 0; minutes < 11 * 60 + 45; minutes += 25) {
      stage.pass(25);
      await stage.unseen(() => ada.get('/profile'));
    }
    stage.note('Twelve hours long there is a request every 25 minutes');
    stage.pass(25);
    await ada.get('/profile');
  },

  async csrf(stage) {
    const { ada } = await simple(stage);
    await ada.logIn();
    stage.note('A page of another site sends a request, and the browser adds the cookie');
    const json = { item: 'apple' };
    const foreign = { origin: 'https://mallory.example', 'sec-fetch-site': 'cross-site' };
    const { csrfToken } = ada;
    ada.csrfToken = undefined;
    await ada.send('POST', '/cart', { json, headers: foreign });
    stage.note('It comes from an old browser that does not say from where, without the token');
    await ada.send('POST', '/cart', { json });
    stage.note('And with the token, which only the pages of the shop can read');
    ada.csrfToken = csrfToken;
    await ada.send('POST', '/cart', { json });
  },

  async 'secret-rotation'(stage) {
    const store = await stage.store(redis);
    const before = await stage.server(redis, store);
    const ada = stage.person('Ada', before, SHOP);
    await ada.logIn();
    stage.note('A new secret is set before the old one');
    const both = await stage.server(redis, store, { SESSION_SECRET: `${NEXT_SECRET},${SECRET}` });
    const later = stage.person('Ada', both, SHOP, { jar: ada.jar });
    await later.get('/profile');
    stage.note('The old secret is taken out');
    const after = await stage.server(redis, store, { SESSION_SECRET: NEXT_SECRET });
    await stage.person('Ada', after, SHOP, { jar: ada.jar }).get('/profile');
  },

  async 'memory-restart'(stage) {
    const store = await stage.store(memory);
    const before = await stage.server(memory, store);
    const ada = stage.person('Ada', before, SHOP);
    await ada.logIn();
    await ada.get('/profile');
    stage.note('The server is started anew');
    const after = await stage.server(memory, store);
    await stage.person('Ada', after, SHOP, { jar: ada.jar }).get('/profile');
  },

  async 'redis-down'(stage) {
    const store = await stage.store(redis);
    const shop = await stage.server(redis, store, { STORE_DEADLINE_MS: '1000' });
    const ada = stage.person('Ada', shop, SHOP);
    await ada.logIn();
    stage.note('Redis is killed');
    await store.service?.kill();
    await ada.get('/profile');
    stage.note('Redis is back');
    await store.service?.restart();
    await stage.untilServed(shop);
    await ada.get('/profile');
  },

  async 'hybrid-redis-lost'(stage) {
    const store = await stage.store(hybrid);
    const shop = await stage.server(hybrid, store);
    const ada = stage.person('Ada', shop, SHOP);
    await ada.logIn();
    stage.note('Redis is killed');
    await store.spare?.kill();
    await ada.get('/profile');
    stage.note('Redis is back, and empty');
    await store.spare?.restart();
    await stage.untilServed(shop);
    await ada.get('/profile');
    await ada.post('/logout');
  },

  async 'two-instances'(stage) {
    for (const [target, where] of [
      [memory, 'memory'],
      [redis, 'Redis'],
    ] as const) {
      const store = await stage.store(target);
      const [first, second] = [
        await stage.server(target, store),
        await stage.server(target, store),
      ];
      const ada = stage.person('Ada', first, 'one');
      const elsewhere = stage.person('Ada', second, 'the other', { jar: ada.jar });
      stage.note(`Two instances, whose sessions are in ${where}`);
      await ada.logIn();
      await ada.get('/profile');
      await elsewhere.get('/profile');
    }
  },

  async revoke(stage) {
    const { shop, ada } = await simple(stage);
    await ada.logIn();
    const phone = stage.person('Phone', shop, SHOP);
    await phone.logIn();
    const { json } = await ada.get('/sessions');
    const other = json.sessions?.find(({ current }) => !current);
    await ada.delete(`/sessions/${other?.handle}`);
    await phone.get('/profile');
    await ada.get('/profile');
  },

  async 'logout-race'(stage) {
    const store = await stage.store(redis);
    const line = await openSlowLine(store.env['REDIS_URL'] ?? '');
    stage.closing(() => line.close());
    const quick = await stage.server(redis, store);
    const slow = await stage.server(redis, store, { REDIS_URL: line.url });
    const ada = stage.person('Ada', quick, 'quick instance');
    await ada.logIn();
    const tab = stage.person('Ada', slow, 'slow instance', { jar: ada.jar });
    tab.csrfToken = ada.csrfToken;
    const held = line.hold();
    const late = tab.post('/cart', { item: 'apple' });
    await held.arrived;
    stage.note('The write of the session waits on its way to Redis');
    await ada.post('/logout');
    stage.note('It goes on');
    held.release();
    await late;
    await ada.get('/profile');
  },

  async proxy(stage) {
    const store = await stage.store(redis);
    const shop = await stage.server(redis, store, PRODUCTION.env);
    const seenAs = PRODUCTION.origin;
    const ada = stage.person('Ada', shop, SHOP, { seenAs, headers: PRODUCTION.headers });
    stage.note('The proxy says: it was https');
    await ada.logIn();
    await ada.get('/profile');
    const plain = { ...PRODUCTION.headers, 'x-forwarded-proto': 'http' };
    stage.note('The proxy says: it was http');
    await stage.person('Grace', shop, SHOP, { seenAs, headers: plain }).logIn(GRACE);
  },

  async 'remember-me'(stage) {
    const { ada } = await simple(stage);
    await ada.logIn(undefined, { remember: true });
    stage.later(60 * 24 * 5);
    await ada.get('/profile');
  },
};

/** Plays a scene. @returns its diagram. */
export async function play(name: string): Promise<string> {
  const scene = scenes[name];
  if (!scene) throw new Error(`There is no exchange "${name}": ${Object.keys(scenes).join(', ')}`);
  const stage = new Stage();
  try {
    await scene(stage);
    return stage.diagram();
  } finally {
    await stage.close();
  }
}

export { closePostgres };
