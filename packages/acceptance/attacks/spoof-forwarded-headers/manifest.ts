import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const spoofForwardedHeaders = defineAttack({
  id: 'spoof-forwarded-headers',
  title: 'an attacker on the line writes into X-Forwarded-Proto that plain http is TLS',
  requirements: [14, 67],
  needs: [],
  setting: 'proxied',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/spoof-forwarded-headers/vulnerable.ts',
      from: "app.set('trust proxy', true);",
    },
    fix: [
      {
        file: 'packages/security-helpers/src/forwarded.ts',
        from: 'return entries[Math.max(0, entries.length - hops)]?.trim();',
      },
      {
        file: 'packages/security-helpers/src/express/guards.ts',
        from: "if (trustProxyHops > 0) req.headers['x-forwarded-proto']",
      },
    ],
  },
});
