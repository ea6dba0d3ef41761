import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const forgeLogin = defineAttack({
  id: 'forge-login',
  title: "a page on another site logs the victim in to the attacker's account",
  requirements: [45],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/forge-login/vulnerable.ts',
      from: "app.post('/login', (req, res) => {",
    },
    fix: [
      {
        file: 'packages/security-helpers/src/origin-check.ts',
        from: "const site = headers['sec-fetch-site'];",
        lines: 4,
      },
    ],
  },
});
