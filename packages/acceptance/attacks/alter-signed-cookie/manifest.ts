import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const alterSignedCookie = defineAttack({
  id: 'alter-signed-cookie',
  title: 'an attacker alters the id in a signed cookie and leaves the signature out',
  requirements: [20],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/alter-signed-cookie/vulnerable.ts',
      from: 'if (signature && signature !== mac(id))',
    },
    fix: [
      {
        file: 'packages/security-helpers/src/express/guards.ts',
        from: 'const verified = found.kind ===',
        lines: 2,
      },
    ],
  },
});
