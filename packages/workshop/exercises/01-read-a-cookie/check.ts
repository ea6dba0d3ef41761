import { createHmac } from 'node:crypto';
import { ADA, readSetCookie } from '@session-lab/acceptance';
import { expect } from '../../src/exercise.ts';
import type { Stage } from '../../src/stage.ts';

const SECRET = 'the-secret-of-this-check-has-more-than-32-characters';

export async function check({ start, browser, exportsOf }: Stage): Promise<void> {
  const answers = await exportsOf('answers.ts');
  const shop = await start({ SESSION_SECRET: SECRET });
  const ada = browser(shop);
  const login = await ada.logIn(ADA);
  const { name, value } = readSetCookie(login.setCookies[0]);
  const cookie = await ada.cookieHeader();
  const decoded = decodeURIComponent(value);
  const [, id = '', signature = ''] = /^s:([\w-]+)\.(.+)$/.exec(decoded) ?? [];
  const profileWith = (header: string) =>
    browser(shop).get('/profile', { headers: { cookie: header } });

  /** Compares one answer with what was seen. */
  const compare = (answer: string, seen: unknown, reason: string, evidence: string) => {
    const given = answers[answer];
    expect(
      given === seen,
      given === undefined ? 'no-answer' : reason,
      `${evidence} So \`${answer}\` is not ${JSON.stringify(given) ?? 'given'}.`,
    );
  };

  compare('name', name, 'other-name', `POST /login answered with "Set-Cookie: ${name}=…".`);
  compare(
    'randomBits',
    id.length * 6,
    'other-size',
    `The session id, between "s:" and the dot, has ${id.length} letters of 64 kinds: 6 bits each.`,
  );
  const mac = createHmac('sha256', SECRET).update(id).digest('base64').replace(/=+$/, '');
  compare(
    'idIsReadable',
    mac === signature,
    'signed-is-encrypted',
    `The value is "${decoded.slice(0, 12)}….${signature.slice(0, 6)}…": what is before the dot, ` +
      'signed with the secret of the shop, gives what is behind it.',
  );
  const read = [decoded, ...[id, signature].map((part) => Buffer.from(part, 'base64').toString())];
  compare(
    'userIsInIt',
    // Not /ada/: three letters are in one of 450 random values.
    read.some((text) => /ada@|lovelace|user-1/i.test(text)),
    'user-in-the-cookie',
    'Neither in the value nor in its Base64-decoded parts is ada@, Lovelace or user-1.',
  );
  for (const item of ['tea', 'a cup', 'a spoon']) await ada.post('/cart', { item });
  const cart = await ada.get('/cart');
  compare(
    'cartIsInIt',
    (await ada.cookieHeader()) !== cookie,
    'cart-in-the-cookie',
    `After three times POST /cart, GET /cart answered ${cart.text.slice(0, 33)}…, and the ` +
      `cookie has the same ${value.length} characters as before.`,
  );
  const first = signature.startsWith('A') ? 'B' : 'A';
  const changed = encodeURIComponent(`s:${id}.${first}${signature.slice(1)}`);
  const refused = await profileWith(`${name}=${changed}`);
  compare(
    'changeIsNoticed',
    refused.status === 401,
    'change-goes-unnoticed',
    `GET /profile with another letter in the signature answered ${refused.status}.`,
  );
  const copied = await profileWith(cookie);
  compare(
    'copyGetsIn',
    copied.json.user?.email === ADA.email,
    'copy-is-refused',
    `GET /profile from another browser, with a copy of the cookie, answered ${copied.status}` +
      `${copied.status === 200 ? ", with Ada's name" : ''}.`,
  );
  const attributes = login.setCookies[0]?.replace(value, '…');
  compare(
    'scriptCanReadIt',
    (await ada.jar.getCookieString(shop.url, { http: false })) !== '',
    'kept-from-script',
    `The line is "Set-Cookie: ${attributes}", without HttpOnly, which keeps script away.`,
  );
}
