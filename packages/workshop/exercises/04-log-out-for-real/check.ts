import { ADA, GRACE, PRODUCTION } from '@session-lab/acceptance';
import { expect } from '../../src/exercise.ts';
import type { Shop, Stage } from '../../src/stage.ts';

const BROKEN_STORE = new URL('broken-store.mjs', import.meta.url);

export async function check(stage: Stage): Promise<void> {
  const { start, browser } = stage;
  const shop = await start();
  const grace = browser(shop);
  await grace.logIn(GRACE);

  const { ada, copy, status } = await logInAndOut(stage, shop);
  expect(status < 300, 'no-logout', `POST /logout answered ${status}, not 204.`);
  const profile = await replay(stage, shop, copy, '/profile');
  expect(
    profile.json.user?.email !== ADA.email,
    'copy-still-works',
    `Ada logged out; then GET /profile with a copy of her cookie answered ${profile.status}, ` +
      'with her name.',
  );
  const cart = await replay(stage, shop, copy, '/cart');
  expect(
    cart.json.items?.includes('a diary') !== true,
    'record-lives-on',
    `Ada logged out; then GET /cart with a copy of her cookie answered ${cart.text}.`,
  );
  const left = await ada.cookieHeader();
  expect(
    left === '',
    'cookie-stays',
    `POST /logout answered ${status}, and Ada's browser still has "${nameIn(left)}".`,
  );

  const others = await grace.get('/profile');
  expect(
    others.json.user?.email === GRACE.email,
    'others-logged-out',
    `Ada logged out; then Grace's GET /profile answered ${others.status}.`,
  );
  const again = await ada.logIn(ADA);
  const back = await ada.get('/profile');
  expect(
    back.status === 200,
    'no-login-again',
    `After her logout Ada's POST /login answered ${again.status}, and GET /profile ${back.status}.`,
  );

  await inProduction(stage);
  await withBrokenStore(stage);
}

async function inProduction(stage: Stage): Promise<void> {
  const shop = await stage.start(PRODUCTION.env);
  const { ada, status, setCookies } = await logInAndOut(stage, shop, PRODUCTION);
  const left = await ada.cookieHeader();
  expect(
    left === '',
    'cookie-stays-in-production',
    `In production POST /logout answered ${status}, with ${shown(setCookies)}; Ada's browser ` +
      `still has "${nameIn(left)}".`,
  );
}

async function withBrokenStore(stage: Stage): Promise<void> {
  const shop = await stage.start({ NODE_OPTIONS: `--import ${BROKEN_STORE}` });
  const { copy, status } = await logInAndOut(stage, shop);
  const profile = await replay(stage, shop, copy, '/profile');
  expect(
    status >= 400 || profile.status !== 200,
    'not-confirmed',
    `The store could not end Ada's session. POST /logout answered ${status} all the same; then ` +
      `GET /profile with a copy of her cookie answered ${profile.status}, with her name.`,
  );
}

async function logInAndOut({ browser }: Stage, shop: Shop, proxy?: typeof PRODUCTION) {
  const ada = browser(shop, proxy);
  await ada.logIn(ADA);
  await ada.post('/cart', { item: 'a diary' });
  const copy = await ada.cookieHeader();
  const { status, setCookies } = await ada.post('/logout');
  return { ada, copy, status, setCookies };
}

const replay = ({ browser }: Stage, shop: Shop, cookie: string, path: string) =>
  browser(shop).get(path, { headers: { cookie } });

const nameIn = (cookie: string) => cookie.replace(/=.*/, '=…');

const shown = (setCookies: string[]) =>
  setCookies.map((line) => `"Set-Cookie: ${line}"`).join(' and ') || 'no Set-Cookie';
