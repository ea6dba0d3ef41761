import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const replayStolenDump = defineAttack<'records' | 'signed'>({
  id: 'replay-stolen-dump',
  title: 'an attacker with a copy of the store sends its keys as session ids',
  requirements: [50],
  needs: ['records', 'signed'],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {
    memory: 'its records are in the process: who reads or writes there needs no session',
  },
  difference: {
    fault: {
      file: 'packages/acceptance/src/attack/plain-store.ts',
      from: 'this.map.set(id, JSON.stringify(data))',
    },
    fix: [
      {
        file: 'packages/security-helpers/src/session-id.ts',
        from: "return createHash('sha256').update(id)",
      },
    ],
  },
});
