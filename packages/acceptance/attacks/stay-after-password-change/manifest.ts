import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const stayAfterPasswordChange = defineAttack({
  id: 'stay-after-password-change',
  title: 'a thief goes on after the victim has changed the password',
  requirements: [36],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/stay-after-password-change/vulnerable.ts',
      from: 'if (user) changed.set(user.email',
    },
    fix: [
      {
        file: 'examples/memory/src/account.ts',
        from: "await guard.endOtherSessions(req, 'password');",
        lines: 2,
      },
    ],
  },
});
