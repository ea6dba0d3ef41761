import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const guessPasswords = defineAttack({
  id: 'guess-passwords',
  title: 'an attacker guesses passwords, each with a fresh browser',
  requirements: [40],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/guess-passwords/vulnerable.ts',
      from: 'req.session.failures = failures + 1;',
    },
    fix: [
      { file: 'examples/memory/src/app.ts', from: 'await throttle.attempt(email,' },
      {
        file: 'packages/security-helpers/src/throttle.ts',
        from: "await this.#count(this.#client, client, ['login_throttled'",
        lines: 2,
      },
    ],
  },
});
