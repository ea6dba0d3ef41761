import { ADA, type Answer, type Browser, GRACE } from '@session-lab/acceptance';
import { expect } from '../../src/exercise.ts';
import type { Shop, Stage } from '../../src/stage.ts';

type Headers = Record<string, string>;

/** What browsers send along with a form that a page elsewhere submits. */
const SIBLING: Headers = { origin: 'https://blog.shop.example', 'sec-fetch-site': 'same-site' };
const FOREIGN: Headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
/** The same of older ones, which have no `Sec-Fetch-Site`; and of very old ones. */
const WITHOUT_FETCH: Headers = { origin: 'https://evil.example' };
const SANDBOXED: Headers = { origin: 'null' };
const OLD: Headers = {};

export async function check({ start, browser }: Stage): Promise<void> {
  const shop = await start();
  const visitor = browser(shop);
  const look = await visitor.get('/cart', { headers: FOREIGN });
  expect(
    look.status === 200,
    'link-refused',
    `GET /cart of somebody who followed a link from another site answered ${look.status}.`,
  );
  expect(
    (await sessionOf(visitor)) === undefined,
    'session-for-a-visitor',
    'GET /cart of somebody who only looks around was answered with a session cookie.',
  );
  await expectHonest(browser(shop), shop);

  const ada = await loggedIn(browser(shop));
  await expectNoForms(ada);
  await expectNoForeignToken(ada, await loggedIn(browser(shop), GRACE));
  await expectNoLogin(() => browser(shop), shop);
  await expectNoBait(browser(shop));
}

/** Somebody who uses the shop's own pages, by script and by form. */
async function expectHonest(ada: Browser, shop: Shop): Promise<void> {
  const own = { origin: shop.url, 'sec-fetch-site': 'same-origin' };
  await ada.get('/cart');
  const steps: [what: string, Answer][] = [
    ['POST /cart before the login', await ada.post('/cart', { item: 'tea' }, own)],
    ['POST /login', await ada.post('/login', ADA, own)],
    ['POST /cart by script', await ada.post('/cart', { item: 'a cup' }, own)],
    ['POST /cart by form', await ada.submit('/cart', { item: 'a spoon' })],
    ['POST /cart by script in an old browser', await ada.post('/cart', { item: 'sugar' })],
    ['GET /profile over a link', await ada.get('/profile', { headers: FOREIGN })],
  ];
  for (const [what, { status }] of steps) {
    expect(
      status === 200,
      'own-page-refused',
      `${what}, from the shop's own page and with its token, answered ${status}.`,
    );
  }
  const logout = await ada.post('/logout', undefined, own);
  expect(
    logout.status === 204,
    'own-page-refused',
    `POST /logout, from the shop's own page and with its token, answered ${logout.status}.`,
  );
}

/** Forms elsewhere, while Ada is logged in: her cookie goes along. */
async function expectNoForms(ada: Browser): Promise<void> {
  const pages: [where: string, Headers, reason: string][] = [
    ['https://blog.shop.example', SIBLING, 'forged-cart'],
    ['https://evil.example, in a browser that knows no SameSite,', WITHOUT_FETCH, 'forged-cart'],
    ['a sandboxed page, in such a browser,', SANDBOXED, 'forged-cart'],
    ['https://evil.example, in one that does not tell either,', OLD, 'no-origin-no-check'],
  ];
  for (const [where, headers, reason] of pages) {
    for (const token of [undefined, '', 'undefined']) {
      const form = { item: 'forged', ...(token !== undefined && { _csrf: token }) };
      const { status } = await ada.send('POST', '/cart', { form, headers });
      const cart = await ada.get('/cart');
      const which = token === undefined ? '' : ` with _csrf="${token}"`;
      expect(
        cart.json.items?.includes('forged') !== true,
        which ? 'any-token-will-do' : reason,
        `A form on ${where} sent POST /cart${which}: ${status}. Ada's GET /cart answers ` +
          `${cart.text}.`,
      );
    }
    const out = await ada.send('POST', '/logout', { form: {}, headers });
    const profile = await ada.get('/profile');
    expect(
      profile.status === 200,
      'forged-logout',
      `A form on ${where} sent POST /logout: ${out.status}. Then Ada's GET /profile answered ` +
        `${profile.status}.`,
    );
  }
}

/** Mallory has an account too, Grace's, and so a token; at a sibling host she can set cookies. */
async function expectNoForeignToken(ada: Browser, mallory: Browser): Promise<void> {
  const form = { item: 'forged', _csrf: mallory.csrfToken ?? '' };
  const session = await sessionOf(ada);
  const send = async (cookie: string) => {
    const { status } = await ada.send('POST', '/cart', { form, headers: { ...OLD, cookie } });
    return { status, cart: await ada.get('/cart') };
  };
  const alone = await send(await ada.cookieHeader());
  expect(
    alone.cart.json.items?.includes('forged') !== true,
    'any-token-will-do',
    `A form elsewhere sent POST /cart with the token of Mallory's own session: ${alone.status}. ` +
      `Ada's GET /cart answers ${alone.cart.text}.`,
  );
  // All but the session, and what browsers take from the very host only.
  const planted = (await pairsOf(mallory)).filter(({ name }) => !/^(sid$|__Host-)/.test(name));
  const both = await send([session, ...planted.map(({ pair }) => pair)].join('; '));
  const names = planted.map(({ name }) => `"${name}=…"`).join(' and ');
  expect(
    both.cart.json.items?.includes('forged') !== true,
    'planted-token',
    `A page on https://blog.shop.example set ${names} in Ada's browser, with Domain=shop.example` +
      `, and sent POST /cart with the same token: ${both.status}. Ada's GET /cart answers ` +
      `${both.cart.text}.`,
  );
}

/** A page elsewhere logs Ada in to Mallory's account: no session is needed for that. */
async function expectNoLogin(newBrowser: () => Browser, shop: Shop): Promise<void> {
  const lookalike = { origin: `${shop.url}.evil.example` };
  for (const headers of [FOREIGN, SIBLING, WITHOUT_FETCH, SANDBOXED, lookalike]) {
    const victim = newBrowser();
    await victim.get('/cart');
    const { status } = await victim.send('POST', '/login', { form: GRACE, headers });
    const profile = await victim.get('/profile');
    expect(
      profile.json.user === undefined,
      'forged-login',
      `A form on another page (${shown(headers)}) sent POST /login with Mallory's password: ` +
        `${status}. The victim's GET /profile answers ${profile.status}, with Mallory's account.`,
    );
  }
}

/** A cart is a session too: what gets into it before the login is Ada's after it. */
async function expectNoBait(visitor: Browser): Promise<void> {
  await visitor.post('/cart', { item: 'book' });
  const { status } = await visitor.send('POST', '/cart', { form: { item: 'bait' }, headers: OLD });
  const cart = await visitor.get('/cart');
  expect(
    cart.json.items?.includes('bait') !== true,
    'open-before-login',
    'A form on https://evil.example, in a browser that does not tell, sent POST /cart while Ada, ' +
      `not logged in yet, was filling hers: ${status}. Her GET /cart answers ${cart.text}.`,
  );
}

async function loggedIn(person: Browser, account = ADA): Promise<Browser> {
  await person.get('/cart');
  const { status } = await person.logIn(account);
  expect(status === 200, 'no-login', `POST /login answered ${status}, not 200.`);
  return person;
}

/** The cookies of a browser. */
async function pairsOf(person: Browser) {
  const header = await person.cookieHeader();
  const pairs = header ? header.split('; ') : [];
  return pairs.map((pair) => ({ pair, name: pair.split('=')[0] ?? '' }));
}

const sessionOf = async (person: Browser) =>
  (await pairsOf(person)).find(({ name }) => name === 'sid')?.pair;

const shown = (headers: Headers) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
