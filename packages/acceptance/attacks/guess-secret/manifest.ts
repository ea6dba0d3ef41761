import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const guessSecret = defineAttack({
  id: 'guess-secret',
  title: 'an attacker tries well-known secrets on the signature of their own cookie',
  requirements: [64],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/guess-secret/vulnerable.ts',
      from: "cookieSession({ secret: 'keyboard cat' })",
    },
    fix: [
      { file: 'packages/security-helpers/src/secrets.ts', from: 'if (PLACEHOLDERS.test(part))' },
      {
        file: 'packages/security-helpers/src/secrets.ts',
        from: 'if (bytes.length < MIN_BYTES)',
        lines: 2,
      },
    ],
  },
});
