import { ADA, type Browser, PRODUCTION, readSetCookie } from '@session-lab/acceptance';
import { expect } from '../../src/exercise.ts';
import type { Stage } from '../../src/stage.ts';

const SIBLING = 'https://blog.shop.example';

export async function check(stage: Stage): Promise<void> {
  await onLocalhost(stage);
  await inProduction(stage);
}

async function onLocalhost({ start, browser }: Stage): Promise<void> {
  const shop = await start();
  const ada = browser(shop);
  const { setCookies } = await browser(shop).logIn(ADA);
  await browser(shop).logIn(ADA); // by its answer, what came of the first one is in the output
  const [words] = /option \w+ is invalid/.exec(shop.output()) ?? [];
  expect(
    setCookies.length > 0 || words === undefined,
    'no-cookie',
    `POST /login was answered without a cookie, and the shop wrote: ${words}`,
  );
  const { name, line } = await logIn(ada, shop.url, 'locked-out-in-development');
  await expectKept(ada, shop.url, browser(shop));
  expect(
    name !== 'connect.sid',
    'default-name',
    `POST /login answered with "${line}": a name that tells everybody which library this is.`,
  );
}

async function inProduction({ start, browser }: Stage): Promise<void> {
  const { origin } = PRODUCTION;
  const shop = await start(PRODUCTION.env);
  const ada = browser(shop, PRODUCTION);
  const { name, line } = await logIn(ada, origin, 'locked-out-in-production');
  await expectKept(ada, origin, browser(shop, PRODUCTION));

  const overHttp = await ada.jar.getCookieString(origin.replace('https:', 'http:'));
  expect(
    overHttp === '',
    'sent-in-the-clear',
    `In production "${line}" is sent along with GET http://shop.example/ too, for all to read.`,
  );
  const { setCookies } = await browser(shop).logIn(ADA);
  expect(
    setCookies.length === 0,
    'sent-in-the-clear',
    'In production POST /login over plain HTTP was answered with a session cookie, for all to ' +
      'read.',
  );
  const atSibling = await ada.jar.getCookieString(SIBLING);
  expect(
    atSibling === '',
    'shared-with-siblings',
    `In production "${line}" is sent along with GET ${SIBLING}/ too.`,
  );

  const mallory = browser(shop, PRODUCTION);
  await mallory.post('/cart', { item: 'bait' });
  const victim = browser(shop, PRODUCTION);
  const planted = `${await mallory.cookieHeader()}; Domain=shop.example; Path=/; Secure`;
  await victim.jar.setCookie(planted, SIBLING, { ignoreError: true });
  const cart = await victim.get('/cart');
  expect(
    cart.json.items?.includes('bait') !== true,
    'planted-by-a-sibling',
    `${SIBLING} set "${name}=…; Domain=shop.example" in Ada's browser; her GET ${origin}/cart ` +
      `answered ${cart.text}, which is Mallory's.`,
  );
}

/** @returns the name of the session cookie, and its line as far as it may be shown. */
async function logIn(ada: Browser, url: string, elseReason: string) {
  const login = await ada.logIn(ADA);
  expect(login.status === 200, 'no-login', `POST /login answered ${login.status}, not 200.`);
  const [sent = ''] = login.setCookies;
  const { name, value } = readSetCookie(sent);
  const line = sent && `Set-Cookie: ${sent.replace(value, '…')}`;
  const profile = await ada.get('/profile');
  expect(
    profile.json.user?.email === ADA.email,
    elseReason,
    `At ${url} POST /login answered 200, ${line ? `with "${line}"` : 'without a cookie'}; then ` +
      `GET /profile of the same browser answered ${profile.status}.`,
  );
  return { name, line };
}

/** What holds everywhere: not for script, not for other sites' forms, not for the next person. */
async function expectKept(ada: Browser, url: string, elsewhere: Browser): Promise<void> {
  const { jar } = ada;
  /** The cookies that go along with a request that a page of another site makes. */
  const along = async (sameSiteContext: 'lax' | 'none') => ({
    cookie: (await jar.getCookieString(url, { sameSiteContext })) || null,
  });
  expect(
    (await jar.getCookieString(url, { http: false })) === '',
    'readable-by-script',
    `At ${url} \`document.cookie\` shows Ada's session cookie to every script in the page.`,
  );
  const form = { item: 'forged' };
  await elsewhere.send('POST', '/cart', { form, headers: await along('none') });
  const cart = await ada.get('/cart');
  expect(
    cart.json.items?.includes('forged') !== true,
    'sent-by-other-sites',
    `A form on https://evil.example sent POST ${url}/cart from Ada's browser, her cookie went ` +
      `along, and her GET /cart answers ${cart.text}.`,
  );
  const profile = await elsewhere.get('/profile', { headers: await along('lax') });
  expect(
    profile.status === 200,
    'logged-out-by-a-link',
    `Ada followed a link in her mail to ${url}/profile: the cookie did not go along, and the ` +
      `answer was ${profile.status}.`,
  );
  const [cookie] = await jar.getCookies(url);
  expect(
    cookie?.isPersistent() !== true,
    'survives-the-browser',
    `Ada closed her browser at the library; the cookie stays until ` +
      `${cookie?.expiryDate()?.toISOString()}.`,
  );
}
