import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const goBackAfterLogout = defineAttack({
  id: 'go-back-after-logout',
  title: 'the next person at a computer presses Back after a logout',
  requirements: [33, 49],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/go-back-after-logout/vulnerable.ts',
      from: 'res.status(user ? 200 : 401).json({ user });',
    },
    fix: [
      {
        file: 'packages/security-helpers/src/security-headers.ts',
        from: "'Cache-Control': 'no-store',",
      },
      {
        file: 'packages/security-helpers/src/express/log-in.ts',
        from: "res.set('Clear-Site-Data', CLEAR_SITE_DATA);",
      },
    ],
  },
});
