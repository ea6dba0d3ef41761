import { defineAttack } from '../../src/attack/attack.ts';
import { attack } from './attack.ts';
import { control } from './control.ts';
import { vulnerable } from './vulnerable.ts';

export const floodStore = defineAttack({
  id: 'flood-store',
  title: 'bots without cookies fill the store with sessions',
  requirements: [23],
  needs: [],
  setting: 'development',
  vulnerable,
  attack,
  control,
  fixed: 'examples',
  doesNotApply: {},
  difference: {
    fault: {
      file: 'packages/acceptance/attacks/flood-store/vulnerable.ts',
      from: 'app.use(session({ secret, resave: false, saveUninitialized: true }));',
    },
    fix: [{ file: 'examples/memory/src/app.ts', from: 'saveUninitialized: false,' }],
  },
});
