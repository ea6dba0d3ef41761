import { ADA, replay } from '@session-lab/acceptance';
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

  const seen = await replay(shop.url, planted);
  expect(
    seen.json.user?.email !== ADA.email,
    'planted-id-lives',
    `Ada logged in; then GET /profile with Mallory's cookie answered ${seen.status}, with Ada's name.`,
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
}
