// THE COOKIES' FLAGS: a few words behind a session cookie's value decide what browsers do with it.
// Koa sets two: the id, and its signature, `.sig`. The words are compared as a whole, for both, so
// that nothing is missing and nothing too much: no Domain (other hosts would get it), no Expires or
// Max-Age (it would outlive the browser).

import { describe, expect, it } from 'vitest';
import { Browser, readSetCookie, replay, startExample } from './support.ts';

const SET = ['httponly', 'path=/', 'samesite=lax'];
const CLEARED = ['expires=thu, 01 jan 1970 00:00:00 gmt', 'max-age=0', ...SET].sort();

describe('in development', () => {
  it('#13 #16 a login sets two cookies: HttpOnly, SameSite=Lax, for this host only', async () => {
    const shop = await startExample();
    const { setCookies } = await new Browser(shop.url).logIn();
    const value = expect.stringMatching(/^[\w-]{43}$/);
    expect(setCookies.map(readSetCookie)).toEqual([
      { name: 'sid', value, attributes: SET }, // not `koa.sess`, which names the library
      { name: 'sid.sig', value, attributes: SET },
    ]);
  });

  it('#18 #29 a logout clears both, and a copy of them is worthless', async () => {
    const shop = await startExample();
    const ada = new Browser(shop.url);
    await ada.logIn();
    const copy = await ada.cookieHeader();

    const { setCookies } = await ada.post('/logout');
    expect(setCookies.map(readSetCookie)).toEqual([
      { name: 'sid', value: '', attributes: CLEARED },
      { name: 'sid.sig', value: '', attributes: CLEARED },
    ]);
    expect(await ada.jar.getCookies(shop.url)).toEqual([]);
    expect((await replay(shop.url, copy)).status).toBe(401);
  });

  it('#20 one cookie without the other, or with that of another session, is nobody', async () => {
    const shop = await startExample();
    const [ada, mallory] = [new Browser(shop.url), new Browser(shop.url)];
    await ada.logIn();
    await mallory.post('/cart', { item: 'apple' });
    const [id = '', signature = ''] = (await ada.cookieHeader()).split('; ');
    const [otherId = '', otherSignature = ''] = (await mallory.cookieHeader()).split('; ');
    for (const cookie of [
      id,
      signature,
      `${id}; ${otherSignature}`,
      `${otherId}; ${signature}`,
      `${id}; ${otherId}; ${signature}`,
    ]) {
      expect((await replay(shop.url, cookie)).status).toBe(401);
    }
    expect((await replay(shop.url, `${signature}; ${id}`)).status).toBe(200);
  });
});

describe('in production, behind one proxy', () => {
  const env = {
    NODE_ENV: 'production',
    PUBLIC_ORIGIN: 'https://shop.example',
    TRUST_PROXY_HOPS: '1',
  };
  // Browsers speak TLS with the proxy; the proxy speaks http with us and says how it was asked.
  const origin = 'https://shop.example';
  const throughTheProxy = { seenAs: origin, headers: { 'x-forwarded-proto': 'https' } };

  it('#13 #14 #15 #16 both are __Host-, Secure, HttpOnly and SameSite=Lax', async () => {
    const shop = await startExample({ env });
    const ada = new Browser(shop.url, throughTheProxy);
    const cookies = (await ada.logIn()).setCookies.map(readSetCookie);
    expect(cookies.map(({ name }) => name)).toEqual(['__Host-sid', '__Host-sid.sig']);
    for (const { attributes } of cookies) expect(attributes).toEqual([...SET, 'secure']);
    // A browser that checks what __Host- demands has taken them, and sends them back.
    expect((await ada.get('/profile')).status).toBe(200);
  });

  it('#18 #29 a logout clears them with the same flags, or a browser would keep them', async () => {
    const shop = await startExample({ env });
    const ada = new Browser(shop.url, throughTheProxy);
    await ada.logIn();
    const copy = await ada.cookieHeader();
    expect((await ada.jar.getCookies(origin)).length).toBe(2);

    const cookies = (await ada.post('/logout')).setCookies.map(readSetCookie);
    expect(cookies.map(({ name, value }) => name + value)).toEqual([
      '__Host-sid',
      '__Host-sid.sig',
    ]);
    for (const { attributes } of cookies) expect(attributes).toEqual([...CLEARED, 'secure']);
    expect(await ada.jar.getCookies(origin)).toEqual([]);
    const thief = new Browser(shop.url, throughTheProxy);
    expect((await thief.get('/profile', { headers: { cookie: copy } })).status).toBe(401);
  });

  it('#14 plain http gets no cookie: pages move to https, a login is refused', async () => {
    const shop = await startExample({ env });
    const plain = new Browser(shop.url, { headers: { 'x-forwarded-proto': 'http' } });
    const page = await plain.get('/profile');
    expect([page.status, page.headers['location']]).toEqual([308, `${origin}/profile`]);
    const login = await plain.logIn();
    expect([login.status, login.json.code]).toEqual([403, 'tls_required']);
    expect([...page.setCookies, ...login.setCookies]).toEqual([]);
  });

  it('#14 without an https address of its own it refuses to start', async () => {
    const http = { ...env, PUBLIC_ORIGIN: 'http://shop.example' };
    await expect(startExample({ env: http })).rejects.toThrow('begin with https://');
  });
});
