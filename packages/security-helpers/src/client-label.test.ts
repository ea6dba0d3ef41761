import { expect, it } from 'vitest';
import { clientLabel } from './client-label.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

it.each([
  [FIREFOX, '203.0.113.7', 'Firefox on Linux, 203.0.113.*'],
  [FIREFOX.replaceAll('140.0', '141.0'), '203.0.113.99', 'Firefox on Linux, 203.0.113.*'],
  [FIREFOX, '::ffff:203.0.113.7', 'Firefox on Linux, 203.0.113.*'],
  [FIREFOX, '2001:db8:1:2::7', 'Firefox on Linux, 2001:db8:1:*'],
  ['curl/8.5.0', '127.0.0.1', 'An unknown program, 127.0.0.*'],
  [undefined, undefined, 'An unknown program, an unknown network'],
  ['', 'not an address', 'An unknown program, an unknown network'],
])('%s at %s is %s', (userAgent, address, label) => {
  expect(clientLabel(userAgent, address)).toBe(label);
});

it('stays short, whatever somebody sends', () => {
  for (const userAgent of ['x'.repeat(100_000), '('.repeat(5000), `${'é'.repeat(400)}/1.0`]) {
    expect(clientLabel(userAgent, '203.0.113.7').length).toBeLessThanOrEqual(100);
  }
});
