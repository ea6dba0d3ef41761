import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const sendTwoCookies = defineAttack({
  id: 'send-two-cookies',
  title: 'an attacker plants a second session cookie, which the browser sends first',
  requirements: [21],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/send-two-cookies/vulnerable.ts',
      from: 'app.use(session({ secret',
    },
    fix: [
      {
        file: 'packages/security-helpers/src/session-cookie.ts',
        from: 'return values.length === 1 ?',
      },
      {
        file: 'packages/security-helpers/src/express/guards.ts',
        from: "const verified = found.kind === 'one' ?",
      },
    ],
  },
});
