// SESSION FIXATION: the attacker does not steal an id, but brings one along: gets a session of
// their own, plants its cookie in the victim's browser and waits for the victim to log in. A server
// that keeps the id at login hands the attacker a session that is logged in as the victim.

import { expect, it } from 'vitest';
import { ADA, Browser, GRACE, idIn, replay, startExample } from './support.ts';

it('#7 a cookie that an attacker planted is worthless once the victim has logged in', async () => {
  const shop = await startExample();

  // The attacker puts something into a cart. That makes a session, and they know its cookie.
  const attacker = new Browser(shop.url);
  await attacker.post('/cart', { item: 'bait' });
  const planted = await attacker.cookieHeader();

  // The cookie gets into the victim's browser, who shops in the attacker's session from now on …
  const victim = new Browser(shop.url);
  await victim.jar.setCookie(planted, shop.url);
  expect((await victim.get('/cart')).json.items).toEqual(['bait']);

  // … and logs in.
  expect((await victim.logIn(ADA)).status).toBe(200);
  expect((await victim.get('/profile')).json.user?.email).toBe(ADA.email);

  // The login gave the victim another id. The one that the attacker knows leads nowhere.
  expect(idIn(await victim.cookieHeader())).not.toBe(idIn(planted));
  expect((await attacker.get('/profile')).status).toBe(401);
  expect((await attacker.get('/cart')).json.items).toEqual([]);
});

it('#7 each login gives a new id and ends the session before it', async () => {
  const shop = await startExample();
  const ada = new Browser(shop.url);
  const cookies: string[] = [];
  for (let login = 1; login <= 3; login++) {
    await ada.logIn(ADA);
    cookies.push(await ada.cookieHeader());
  }
  expect(new Set(cookies.map(idIn)).size).toBe(3);

  const statuses: number[] = [];
  for (const cookie of cookies) statuses.push((await replay(shop.url, cookie)).status);
  expect(statuses).toEqual([401, 401, 200]);
});

it("#7 a login over another user's session ends it and is one's own", async () => {
  const shop = await startExample();
  const browser = new Browser(shop.url);
  await browser.logIn(ADA);
  const adas = await browser.cookieHeader();

  await browser.logIn(GRACE);
  expect((await browser.get('/profile')).json.user?.email).toBe(GRACE.email);
  expect((await replay(shop.url, adas)).status).toBe(401);
});

it("#7 whoever logs in over another user's session does not see that user's cart", async () => {
  const shop = await startExample();
  const browser = new Browser(shop.url);
  await browser.logIn(ADA);
  await browser.post('/cart', { item: 'a present for Grace' });
  await browser.logIn(GRACE);
  expect((await browser.get('/cart')).json.items).toEqual([]);
});

it('#9 the cart survives a login; the CSRF token, which an attacker knew, does not', async () => {
  const shop = await startExample();
  const browser = new Browser(shop.url);
  await browser.post('/cart', { item: 'apple' });
  const tokenBefore = browser.csrfToken ?? '';

  await browser.logIn(ADA);
  expect((await browser.get('/cart')).json.items).toEqual(['apple']);

  const forged = await browser.post('/cart', { item: 'bait' }, { 'x-csrf-token': tokenBefore });
  expect(forged.status).toBe(403);
  expect((await browser.get('/cart')).json.items).toEqual(['apple']);
});

it('#4 an id that an attacker made up is never adopted', async () => {
  const shop = await startExample();
  const madeUp = `sid=s%3A${'A'.repeat(43)}.${'B'.repeat(43)}`;

  const shopper = new Browser(shop.url);
  await shopper.jar.setCookie(madeUp, shop.url);
  await shopper.post('/cart', { item: 'apple' });
  expect(idIn(await shopper.cookieHeader())).not.toBe(idIn(madeUp));
  expect((await replay(shop.url, madeUp, '/cart')).json.items).toEqual([]);
});

it('#4 an id that has ended is never adopted, though the server itself signed it', async () => {
  const shop = await startExample();
  const attacker = new Browser(shop.url);
  await attacker.post('/cart', { item: 'bait' });
  const ended = await attacker.cookieHeader();
  await attacker.post('/logout');

  const victim = new Browser(shop.url);
  await victim.jar.setCookie(ended, shop.url);
  await victim.post('/cart', { item: 'apple' });
  expect(idIn(await victim.cookieHeader())).not.toBe(idIn(ended));

  await victim.logIn(ADA);
  expect((await replay(shop.url, ended)).status).toBe(401);
  expect((await replay(shop.url, ended, '/cart')).json.items).toEqual([]);
});
