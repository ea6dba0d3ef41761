import { ADA, GRACE } from '@session-lab/acceptance';
import { expect } from '../../src/exercise.ts';
import type { Stage } from '../../src/stage.ts';

export async function check({ start, browser }: Stage): Promise<void> {
  const shop = await start();
  const mallory = browser(shop);
  await mallory.post('/cart', { item: 'bait' });
  const planted = await mallory.cookieHeader();

  const ada = browser(shop);
  await ada.plant(planted);
  const login = await ada.logIn(ADA);
  expect(login.status === 200, 'no-login', `POST /login answered ${login.status}, not 200.`);

  const seen = await browser(shop).get('/profile', { headers: { cookie: planted } });
  expect(
    seen.json.user?.email !== ADA.email,
    'planted-id-lives',
    `Ada logged in; then GET /profile with Mallory's cookie answered ${seen.status}, with Ada's ` +
      'name.',
  );

  const cookie = await ada.cookieHeader();
  expect(
    cookie !== planted,
    'no-new-cookie',
    `POST /login answered ${login.status}, without a new session cookie: Ada's browser still has ` +
      'the one that it came with.',
  );

  const profile = await ada.get('/profile');
  expect(
    profile.json.user?.email === ADA.email,
    'not-logged-in',
    `Ada logged in, but her GET /profile answered ${profile.status}.`,
  );
  const cart = await ada.get('/cart');
  expect(
    cart.json.items?.join() === 'bait',
    'lost-cart',
    `Before the login the cart had an item; after it, GET /cart answered ${cart.text}.`,
  );

  // Grace has left the library without logging out.
  const shared = browser(shop);
  await shared.logIn(GRACE);
  await shared.post('/cart', { item: 'a present' });
  await shared.logIn(ADA);
  const after = await shared.get('/cart');
  expect(
    after.json.items?.includes('a present') !== true,
    'another-users-cart',
    'Grace filled her cart; then Ada logged in at the same browser, and GET /cart answered ' +
      `${after.text}.`,
  );
}
