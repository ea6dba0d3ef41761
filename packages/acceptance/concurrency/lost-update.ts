import {
  defineAttack,
  type Outcome,
  type Passage,
  passage,
  type Surface,
} from '../src/attack/attack.ts';
import { onPlainServer, SAME_PROCESS, tabOf, untilHeld, words } from './lesson.ts';

/** Both tabs read the cart, both add to what they have read, both write. */
async function attack(surface: Surface<'slowLine'>): Promise<Outcome> {
  const { person, slowLine } = surface;
  const user = person('user');
  await user.post('/cart', { item: 'apple' });
  const one = await tabOf(user, surface, 'tab one', slowLine.url);
  const two = await tabOf(user, surface, 'tab two');

  const held = slowLine.hold();
  const slow = one.post('/cart', { item: 'pear' });
  await untilHeld(held, slow);
  const quick = await two.post('/cart', { item: 'plum' });
  held.release();

  const answers = { pear: (await slow).status, plum: quick.status };
  const { items = [] } = (await user.get('/cart')).json;
  const added = Object.entries(answers).filter(([, status]) => status === 200);
  const lost = added.map(([item]) => item).filter((item) => !items.includes(item));
  const evidence =
    lost.length > 0
      ? `both were told 200, and the cart is ${items.join(', ')}: ${lost.join()} is lost`
      : `who was told 200 is in the cart: ${items.join(', ')}`;
  return { won: lost.length > 0, evidence };
}

async function control({ person }: Surface): Promise<Passage> {
  const user = person('user');
  for (const item of ['apple', 'pear', 'plum']) await user.post('/cart', { item });
  const { items } = (await user.get('/cart')).json;
  return passage([['add one after the other', items?.join() === 'apple,pear,plum']]);
}

export const lostUpdate = defineAttack<'slowLine'>(
  {
    ...onPlainServer,
    id: 'lost-update',
    title: 'two tabs put something into the cart, and one of it is gone',
    requirements: [71],
    needs: ['slowLine'],
    attack,
    control,
    doesNotApply: { memory: SAME_PROCESS },
    difference: {
      fault: {
        file: 'packages/acceptance/concurrency/plain-server.ts',
        from: 'req.session.cart = [...(req.session.cart ?? []), req.body.item];',
      },
      fix: [
        {
          file: 'examples/redis/src/app.ts',
          from: 'await guard.changeSession(req, (data) => {',
          lines: 4,
        },
      ],
    },
  },
  words,
);
