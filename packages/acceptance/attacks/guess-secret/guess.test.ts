import { deriveKeys } from 'security-helpers';
import { describe, expect, it } from 'vitest';
import { targets } from '../../src/attack/targets.ts';
import { guess } from './guess.ts';

// That no secret is found means nothing unless one would be.
describe.each(targets)('a cookie as $name signs it', ({ cookies }) => {
  const id = 'x'.repeat(43);

  it.each(['keyboard cat', 'changeme'])('gives "%s" away', (secret) => {
    const [derived] = deriveKeys([Buffer.from(secret)]).cookie;
    for (const key of [secret, derived]) {
      const found = guess(cookies.signed('sid', id, key));
      expect(found?.secret).toBe(secret);
      expect(found?.payload).toContain(id);
    }
  });

  it('gives nothing away that is not in the list', () => {
    expect(guess(cookies.signed('sid', id, 'Yz8wcTF2bTVrN2w5'))).toBeUndefined();
  });
});
