import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const pollutePrototype = defineAttack({
  id: 'pollute-prototype',
  title: 'an attacker stores "__proto__" in their record, and all sessions inherit from it',
  requirements: [55],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/pollute-prototype/vulnerable.ts',
      from: 'target[key] = isTree(into)',
    },
    fix: [{ file: 'packages/security-helpers/src/record.ts', from: '...data,', lines: 6 }],
  },
});
