import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const probeForAccounts = defineAttack({
  id: 'probe-for-accounts',
  title: 'an attacker finds out who has an account, by the words and the time of an answer',
  requirements: [41],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/probe-for-accounts/vulnerable.ts',
      from: 'if (!known) return void res',
    },
    fix: [
      { file: 'examples/memory/src/users.ts', from: '// Hashed in any case', lines: 3 },
      { file: 'examples/memory/src/app.ts', from: "throw new Problem(401, 'bad_credentials'" },
    ],
  },
});
