import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const tossCookie = defineAttack({
  id: 'toss-cookie',
  title: 'an attacker on a sibling host sets a session cookie for the whole domain',
  requirements: [15, 22],
  needs: [],
  setting: 'proxied',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/toss-cookie/vulnerable.ts',
      from: "app.use(session({ name: 'sid'",
    },
    fix: [
      {
        file: 'packages/security-helpers/src/cookie-policy.ts',
        from: 'name: options.production ?',
        lines: 2,
      },
    ],
  },
});
