import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const swapRecords = defineAttack<'records'>({
  id: 'swap-records',
  title: "an attacker who can write into the store copies an admin's record over their own",
  requirements: [52],
  needs: ['records'],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {
    memory: 'its records are in the process: who reads or writes there needs no session',
  },
  difference: {
    fault: { file: 'packages/acceptance/src/attack/plain-store.ts', from: 'JSON.parse(record)' },
    fix: [
      {
        file: 'packages/security-helpers/src/seal.ts',
        from: 'const cipher = createCipheriv(',
        lines: 2,
      },
      {
        file: 'packages/security-helpers/src/seal.ts',
        from: 'function additionalData(keyId: string, storeKey: string)',
        lines: 3,
      },
    ],
  },
});
