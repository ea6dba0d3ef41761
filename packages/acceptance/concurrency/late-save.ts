import { attack } from '../attacks/revive-ended-session/attack.ts';
import { control } from '../attacks/revive-ended-session/control.ts';
import { defineAttack } from '../src/attack/attack.ts';
import { onPlainServer, SAME_PROCESS, words } from './lesson.ts';

/** The attack `revive-ended-session`, on connect-redis and a real Redis. */
export const lateSave = defineAttack<'slowLine'>(
  {
    ...onPlainServer,
    id: 'late-save',
    title: 'a logout is undone by a request that was slower',
    requirements: [32],
    needs: ['slowLine'],
    attack,
    control,
    doesNotApply: { memory: SAME_PROCESS },
    difference: {
      fault: {
        file: 'packages/acceptance/concurrency/plain-server.ts',
        from: 'const { store, slowLine, close } = await openPlainRedis();',
        lines: 2,
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
  },
  words,
);
