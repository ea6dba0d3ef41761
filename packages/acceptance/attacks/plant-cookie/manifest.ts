import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const plantCookie = defineAttack({
  id: 'plant-cookie',
  title: 'an attacker plants a session cookie and waits for the victim to log in',
  requirements: [7],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/plant-cookie/vulnerable.ts',
      from: 'req.session.userId = user.id;',
    },
    fix: [
      {
        file: 'packages/security-helpers/src/express/session-store.ts',
        from: 'await promisify<void>((done) => req.session.regenerate(done))();',
      },
    ],
  },
});
