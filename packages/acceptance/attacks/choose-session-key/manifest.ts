import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const chooseSessionKey = defineAttack({
  id: 'choose-session-key',
  title: 'an attacker names the field of the session that a request writes',
  requirements: [56],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/choose-session-key/vulnerable.ts',
      from: 'Object.assign(req.session, preferences',
    },
    fix: [
      {
        file: 'examples/memory/src/app.ts',
        from: 'readInput(z.strictObject({ item: cartItem }), req.body)',
      },
      { file: 'examples/memory/src/app.ts', from: 'data.cart = [...(data.cart ?? []), item];' },
    ],
  },
});
