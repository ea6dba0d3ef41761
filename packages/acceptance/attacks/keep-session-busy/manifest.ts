import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const keepSessionBusy = defineAttack<'clock'>({
  id: 'keep-session-busy',
  title: 'a thief keeps a stolen session alive by using it',
  requirements: [25],
  needs: ['clock'],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/keep-session-busy/vulnerable.ts',
      from: 'const isIdle = now -',
    },
    fix: [
      {
        file: 'packages/security-helpers/src/lifetime.ts',
        from: "if (now >= absoluteEnd(times, lifetime)) return 'absolute';",
      },
      {
        file: 'packages/security-helpers/src/lifetime.ts',
        from: 'return (times.authenticatedAt ?? times.createdAt) + lifetime.absoluteMs;',
      },
    ],
  },
});
