import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const plantCookieInKoa = defineAttack({
  id: 'plant-cookie-in-koa',
  title: 'an attacker plants a cookie, and the login puts a new object into ctx.session',
  requirements: [7],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {
    memory: 'Express has no ctx.session; plant-cookie is its twin',
    redis: 'Express has no ctx.session; plant-cookie is its twin',
    postgres: 'Express has no ctx.session; plant-cookie is its twin',
    hybrid: 'Express has no ctx.session; plant-cookie is its twin',
  },
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/plant-cookie-in-koa/vulnerable.ts',
      from: 'ctx.session = { userId: user.id, cart }',
    },
    fix: [
      {
        file: 'packages/security-helpers/src/koa/log-in.ts',
        from: 'ctx.session = fields; // in memory',
        lines: 2,
      },
    ],
  },
});
