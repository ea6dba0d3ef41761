import {
  defineAttack,
  type Outcome,
  type Passage,
  passage,
  type Surface,
} from '../src/attack/attack.ts';
import { laterAnswers } from '../src/attack/later-answers.ts';
import { onPlainServer, SAME_PROCESS, tabOf, words } from './lesson.ts';

/** The store is slow; a browser follows a redirect as soon as it has its head. */
async function attack(surface: Surface<'slowLine'>): Promise<Outcome> {
  const { person, slowLine, url } = surface;
  const user = person('user');
  await user.post('/cart', { item: 'apple' });
  const tab = await tabOf(user, surface, 'user', slowLine.url);

  const held = slowLine.hold();
  const form = { item: 'pear', ...(tab.csrfToken && { _csrf: tab.csrfToken }) };
  const redirect = tab.send('POST', '/cart', { form, headOnly: true });
  await held.arrived;
  const early = await Promise.race([redirect, laterAnswers(slowLine.url ?? url)]);
  const followed = early && (await user.get('/cart'));
  held.release();
  const { status } = await redirect;
  if (status !== 303) throw new Error(`there was no redirect but a ${status}`);

  const items = (followed ?? (await user.get('/cart'))).json.items ?? [];
  const won = !items.includes('pear');
  const evidence = won
    ? `the page that the redirect leads to shows ${items.join(', ')}: pear is not saved yet`
    : `the redirect comes once the store has confirmed: the page shows ${items.join(', ')}`;
  return { won, evidence };
}

async function control({ person }: Surface): Promise<Passage> {
  const user = person('user');
  await user.submit('/cart', { item: 'apple' });
  const { items } = (await user.get('/cart')).json;
  return passage([['send a form and see what it did', items?.join() === 'apple']]);
}

export const earlyRedirect = defineAttack<'slowLine'>(
  {
    ...onPlainServer,
    id: 'early-redirect',
    title: 'a redirect is faster than the store, and leads to the page from before',
    requirements: [],
    needs: ['slowLine'],
    attack,
    control,
    doesNotApply: { memory: SAME_PROCESS },
    difference: {
      fault: {
        file: 'packages/acceptance/concurrency/plain-server.ts',
        from: "res.redirect(303, '/cart');",
      },
      fix: [
        {
          file: 'examples/redis/src/app.ts',
          from: 'await guard.changeSession(req, (data) => {',
          lines: 5,
        },
      ],
    },
  },
  words,
);
