import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const reviveEndedSession = defineAttack<'slowLine'>({
  id: 'revive-ended-session',
  title: 'a request that is under way writes an ended session back',
  requirements: [32],
  needs: ['slowLine'],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {
    memory: 'no route waits between its read and its write, and both are in one process',
  },
  difference: {
    fault: {
      file: 'packages/acceptance/src/attack/plain-store.ts',
      from: 'this.map.set(id, JSON.stringify(data))',
    },
    fix: [
      {
        file: 'packages/security-helpers/src/hardened-store.ts',
        from: "if (await this.#replace('update', current, next)) return next;",
      },
      {
        file: 'packages/security-helpers/src/redis/redis-store.ts',
        from: "if redis.call('GET', KEYS[1])",
        lines: 3,
      },
    ],
  },
});
