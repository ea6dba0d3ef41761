import { expect, it } from 'vitest';
import { clearingCookie, cookiePolicy } from './cookie-policy.ts';

it('is __Host- and Secure in production, and neither elsewhere', () => {
  expect(cookiePolicy({ name: 'sid', production: true })).toEqual({
    name: '__Host-sid',
    attributes: { httpOnly: true, secure: true, sameSite: 'lax', path: '/' },
  });
  expect(cookiePolicy({ name: 'sid', production: false })).toEqual({
    name: 'sid',
    attributes: { httpOnly: true, secure: false, sameSite: 'lax', path: '/' },
  });
});

it('clears with every attribute it sets, so that a browser lets a __Host- cookie go', () => {
  for (const production of [true, false]) {
    const policy = cookiePolicy({ name: 'sid', production });
    const [pair, ...attributes] = clearingCookie(policy).split('; ');
    expect(pair).toBe(`${policy.name}=`);
    expect(attributes.sort()).toEqual([
      'Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      'HttpOnly',
      'Max-Age=0',
      'Path=/',
      'SameSite=Lax',
      ...(production ? ['Secure'] : []),
    ]);
  }
});
