import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const replayAfterLogout = defineAttack({
  id: 'replay-after-logout',
  title: 'a thief sends a stolen cookie after its owner has logged out',
  requirements: [29],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/replay-after-logout/vulnerable.ts',
      from: "res.clearCookie('connect.sid').sendStatus(204);",
    },
    fix: [
      { file: 'packages/security-helpers/src/express/log-in.ts', from: 'await store.end(req);' },
      {
        file: 'packages/security-helpers/src/express/session-store.ts',
        from: 'if (stored) await this.hardened.end(stored);',
      },
    ],
  },
});
