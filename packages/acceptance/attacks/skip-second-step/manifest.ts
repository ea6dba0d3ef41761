import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { twoSteps } from './fixed.ts';
import { vulnerable } from './vulnerable.ts';

export const skipSecondStep = defineAttack({
  id: 'skip-second-step',
  title: 'an attacker with the password alone leaves out the second step of a login',
  requirements: [10],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: { name: 'two-step server', create: twoSteps },
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/skip-second-step/vulnerable.ts',
      from: 'Object.assign(req.session, { userId: user.id, needsCode: true });',
    },
    fix: [
      {
        file: 'packages/acceptance/attacks/skip-second-step/fixed.ts',
        from: 'req.session.pendingUserId = user.id;',
      },
      {
        file: 'packages/acceptance/attacks/skip-second-step/fixed.ts',
        from: 'await guard.logIn(req, user);',
      },
    ],
  },
});
