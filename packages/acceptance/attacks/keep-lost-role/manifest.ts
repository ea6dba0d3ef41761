import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const keepLostRole = defineAttack<'accounts'>({
  id: 'keep-lost-role',
  title: 'an admin who was dismissed goes on in the session they still have',
  requirements: [37],
  needs: ['accounts'],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/keep-lost-role/vulnerable.ts',
      from: 'Object.assign(req.session, { userId: user.id, roles:',
    },
    fix: [
      {
        file: 'examples/memory/src/account.ts',
        from: "const user = users.find(req.session?.userId ?? '');",
      },
    ],
  },
});
