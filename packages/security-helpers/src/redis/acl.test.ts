import { expect, it } from 'vitest';
import { redisAcl } from './acl.ts';

it('names the keys of one application, and each command once', () => {
  expect(redisAcl('shop', ['session'])).toBe(
    'resetkeys ~shop:session:* resetchannels -@all +ping +get +set +getdel +del +eval',
  );
  expect(redisAcl('shop', ['session', 'hot'])).toBe(
    'resetkeys ~shop:session:* ~shop:hot:* resetchannels -@all ' +
      '+ping +get +set +getdel +del +eval +getex +info',
  );
  expect(redisAcl('shop', ['session'], { wait: true })).toBe(
    'resetkeys ~shop:session:* resetchannels -@all ' +
      '+ping +get +set +getdel +del +eval +wait +pttl +pexpire',
  );
  expect(redisAcl('shop', ['session'], { cluster: true })).toBe(
    'resetkeys ~shop:session:* resetchannels -@all ' +
      '+ping +cluster|slots +asking +get +set +getdel +del +eval',
  );
});
