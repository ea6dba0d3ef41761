import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const forgeRequest = defineAttack({
  id: 'forge-request',
  title: "a page on another site submits a form with the victim's cookies",
  requirements: [43, 46],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/forge-request/vulnerable.ts',
      from: "app.post('/cart', (req, res) => {",
    },
    fix: [
      {
        file: 'packages/security-helpers/src/origin-check.ts',
        from: 'if (site !== undefined) return site ===',
        lines: 3,
      },
      {
        file: 'packages/security-helpers/src/express/guards.ts',
        from: "const token: unknown = req.headers['x-csrf-token']",
        lines: 2,
      },
    ],
  },
});
