import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const replayCookieSession = defineAttack({
  id: 'replay-cookie-session',
  title: 'a thief sends a stolen cookie that holds the session itself, after the logout',
  requirements: [29],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/replay-cookie-session/vulnerable.ts',
      from: 'app.use(cookieSession(',
    },
    fix: [
      { file: 'examples/memory/src/app.ts', from: 'store: new guard.SessionStore(' },
      { file: 'packages/security-helpers/src/express/log-in.ts', from: 'await store.end(req);' },
      {
        file: 'packages/security-helpers/src/express/session-store.ts',
        from: 'if (stored) await this.hardened.end(stored);',
      },
    ],
  },
});
