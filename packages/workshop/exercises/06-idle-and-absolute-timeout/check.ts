import { ADA, type Browser } from '@session-lab/acceptance';
import { expect } from '../../src/exercise.ts';
import type { Shop, Stage } from '../../src/stage.ts';

const MINUTE = 60_000;
const CART = 'a diary';

export async function check({ start, browser }: Stage): Promise<void> {
  const shop = await start();
  const visitor = browser(shop);
  const look = await visitor.get('/cart');
  expect(
    look.status === 200,
    'no-cart',
    `GET /cart of a visitor answered ${look.status}, not 200.`,
  );
  expect(
    look.setCookies.length === 0,
    'session-for-a-visitor',
    'GET /cart of somebody who only looks around was answered with a session cookie.',
  );
  await expectIdleEnds(shop, browser);
  await expectBusyEnds(shop, browser);

  // Used at no time after the login: nothing but the login itself can be counted from.
  const unused = browser(shop);
  await unused.logIn(ADA);
  await pass(shop, 35);
  const late = await unused.get('/profile');
  expect(
    late.status === 401,
    'unused-for-ever',
    `Ada logged in; 35 minutes later her first request, GET /profile, answered ${late.status}.`,
  );
}

/** Ada leaves her window open: for a while, and for too long. */
async function expectIdleEnds(shop: Shop, browser: Stage['browser']): Promise<void> {
  const ada = browser(shop);
  await logIn(ada);
  await turn(shop, ada, 28);
  await expectIn(ada, 'Ada logged in, then was away for 28 minutes');
  await turn(shop, ada, 28);
  await expectIn(ada, 'Ada was away for 28 minutes, twice');

  const copy = await ada.cookieHeader();
  const thief = () => browser(shop).get('/profile', { headers: { cookie: copy } });
  await pass(shop, 35);
  const idle = await thief();
  expect(
    idle.json.user?.email !== ADA.email,
    'idle-for-ever',
    'Nobody sent a request for 35 minutes; then GET /profile with a copy of the cookie answered ' +
      `${idle.status}, with Ada's name.`,
  );
  await expectEnded(shop, browser, copy, idle.status);
  await expectLogIn(ada);
}

/** Mallory's program asks every 20 minutes. */
async function expectBusyEnds(shop: Shop, browser: Stage['browser']): Promise<void> {
  const ada = browser(shop);
  await logIn(ada);
  for (let minutes = 20; minutes <= 700; minutes += 20) {
    await turn(shop, ada, 20);
    await expectIn(ada, `Ada sent a request every 20 minutes, and this after ${minutes} minutes`);
  }
  const copy = await ada.cookieHeader();
  const thief = () => browser(shop).get('/profile', { headers: { cookie: copy } });
  await pass(shop, 20);
  await thief();
  await pass(shop, 20);
  const busy = await thief();
  expect(
    busy.json.user?.email !== ADA.email,
    'busy-for-ever',
    'A request every 20 minutes: after 12 hours and 20 minutes GET /profile with a copy of the ' +
      `cookie answered ${busy.status}, with Ada's name.`,
  );
  await expectEnded(shop, browser, copy, busy.status);
  await expectLogIn(ada);
}

async function logIn(ada: Browser): Promise<void> {
  const { status } = await ada.logIn(ADA);
  expect(status === 200, 'no-login', `POST /login answered ${status}, not 200.`);
  await ada.post('/cart', { item: CART });
}

async function expectIn(ada: Browser, when: string): Promise<void> {
  const held = await ada.cookieHeader();
  const profile = await ada.get('/profile');
  expect(
    profile.status === 200 || held !== '',
    'left-to-the-browser',
    `${when}: her browser had thrown the cookie away, whose time was up, and GET /profile ` +
      `answered ${profile.status}.`,
  );
  expect(
    profile.status === 200,
    'active-user-logged-out',
    `${when}: GET /profile answered ${profile.status}.`,
  );
}

/** The session that was just refused is no longer there: turning the clock back does not help. */
async function expectEnded(
  shop: Shop,
  browser: Stage['browser'],
  copy: string,
  status: number,
): Promise<void> {
  expect(
    status === 401,
    'no-clear-answer',
    `The session is over; GET /profile answered ${status}, not 401.`,
  );
  const headers = { cookie: copy };
  const cart = await browser(shop).get('/cart', { headers });
  expect(
    cart.json.items?.includes(CART) !== true,
    'record-lives-on',
    `The session is over; GET /cart with the same cookie answered ${cart.text}.`,
  );
  await pass(shop, -40);
  const back = await browser(shop).get('/profile', { headers });
  await pass(shop, 40);
  expect(
    back.status !== 200,
    'only-refused',
    'The session was refused, but its record is still in the store: with the clock turned back, ' +
      `GET /profile with the same cookie answered ${back.status}, with Ada's name.`,
  );
}

/** In the browser whose session has just ended. */
async function expectLogIn(ada: Browser): Promise<void> {
  const login = await ada.logIn(ADA);
  const profile = await ada.get('/profile');
  expect(
    profile.status === 200,
    'locked-out',
    `Ada's session had ended; then POST /login answered ${login.status}, and GET /profile ` +
      `${profile.status}.`,
  );
}

/** How far the clock of a shop is ahead, in minutes. */
const ahead = new WeakMap<Shop, number>();
const aheadOf = (shop: Shop) => ahead.get(shop) ?? 0;

async function pass(shop: Shop, minutes: number): Promise<void> {
  await shop.advance(minutes * MINUTE);
  ahead.set(shop, aheadOf(shop) + minutes);
}

/** Time passes for a browser too: it drops the cookies whose time is up. */
async function turn(shop: Shop, { jar }: Browser, minutes: number): Promise<void> {
  await pass(shop, minutes);
  const now = Date.now() + aheadOf(shop) * MINUTE;
  for (const cookie of await jar.getCookies(shop.url)) {
    if (Number(cookie.expiryTime()) <= now) {
      await jar.setCookie(`${cookie.key}=; Path=${cookie.path}; Max-Age=0`, shop.url);
    }
  }
}
