import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const outliveFailedLogout = defineAttack<'readOnly'>({
  id: 'outlive-failed-logout',
  title: 'a thief goes on after a logout that the store has refused',
  requirements: [31],
  needs: ['readOnly'],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {
    memory: 'its store is a Map in the same process, which does not fail on its own',
  },
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/outlive-failed-logout/vulnerable.ts',
      from: 'req.session.destroy(() =>',
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
