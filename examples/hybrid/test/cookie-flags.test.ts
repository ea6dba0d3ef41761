// THE COOKIE'S FLAGS: what a browser does with the session cookie is decided by a few words behind
// its value. They are compared as a whole, so that nothing is missing and nothing too much:
// no Domain (other hosts would get it), no Expires or Max-Age (it would outlive the browser).

import { describe, expect, it } from 'vitest';
import { Browser, replay, startExample } from './support.ts';

/** `sid=value; Path=/; HttpOnly` → name `sid`, flags `HttpOnly`, `Path=/` */
function parts(line = ''): { name: string; value: string; flags: string[] } {
  const [pair = '', ...flags] = line.split('; ');
  const [name = '', value = ''] = pair.split('=');
  return { name, value, flags: flags.sort() };
}

describe('in development', () => {
  it('#13 #16 a login sets one cookie: HttpOnly, SameSite=Lax, for this host only', async () => {
    const shop = await startExample();
    const { setCookies } = await new Browser(shop.url).logIn();
    expect(setCookies.length).toBe(1);
    const { name, flags } = parts(setCookies[0]);
    expect(name).toBe('sid'); // not `connect.sid`, which names the library to everybody
    expect(flags).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax']);
  });

  it('#18 #29 a logout clears the cookie, and a copy of it is worthless', async () => {
    const shop = await startExample();
    const ada = new Browser(shop.url);
    await ada.logIn();
    const copy = await ada.cookieHeader();

    const { setCookies } = await ada.post('/logout');
    const { name, value, flags } = parts(setCookies[0]);
    expect([name, value]).toEqual(['sid', '']);
    expect(flags).toEqual([
      'Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      'HttpOnly',
      'Max-Age=0',
      'Path=/',
      'SameSite=Lax',
    ]);
    expect(await ada.jar.getCookies(shop.url)).toEqual([]);
    expect((await replay(shop.url, copy)).status).toBe(401);
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

  it('#13 #14 #15 #16 the cookie is __Host-, Secure, HttpOnly and SameSite=Lax', async () => {
    const shop = await startExample({ env });
    const ada = new Browser(shop.url, throughTheProxy);
    const { setCookies } = await ada.logIn();
    expect(setCookies.length).toBe(1);
    const { name, flags } = parts(setCookies[0]);
    expect(name).toBe('__Host-sid');
    expect(flags).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure']);
    // A browser that checks what __Host- demands has taken it, and sends it back.
    expect((await ada.get('/profile')).status).toBe(200);
  });

  it('#18 #29 a logout clears it with the same flags, or the browser would keep it', async () => {
    const shop = await startExample({ env });
    const ada = new Browser(shop.url, throughTheProxy);
    await ada.logIn();
    const copy = await ada.cookieHeader();
    expect((await ada.jar.getCookies(origin)).length).toBe(1);

    const { setCookies } = await ada.post('/logout');
    const { name, value, flags } = parts(setCookies[0]);
    expect([name, value]).toEqual(['__Host-sid', '']);
    expect(flags).toEqual([
      'Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      'HttpOnly',
      'Max-Age=0',
      'Path=/',
      'SameSite=Lax',
      'Secure',
    ]);
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
