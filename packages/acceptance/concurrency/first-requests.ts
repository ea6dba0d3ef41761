import {
  defineAttack,
  type Outcome,
  type Passage,
  passage,
  type Surface,
} from '../src/attack/attack.ts';
import { onPlainServer, words } from './lesson.ts';

/** What a page and its scripts ask for at once, from a browser that has no cookie yet. */
async function attack({ person }: Surface): Promise<Outcome> {
  const visitor = person('visitor');
  const paths = ['/', '/cart', '/profile', '/cart'];
  const answers = await Promise.all(paths.map((path) => visitor.get(path)));
  const made = answers.filter(({ setCookies }) => setCookies.length > 0).length;
  const won = made > 1;
  const evidence = won
    ? `${paths.length} first requests have made ${made} sessions; the browser keeps one`
    : `${paths.length} first requests that only read have made ${made || 'no'} session`;
  return { won, evidence };
}

async function control({ person }: Surface): Promise<Passage> {
  const visitor = person('visitor');
  await visitor.get('/cart');
  await visitor.post('/cart', { item: 'apple' }); // the first write, alone: it brings the cookie
  await visitor.post('/cart', { item: 'pear' });
  const { items } = (await visitor.get('/cart')).json;
  return passage([['look around and then fill a cart', items?.join() === 'apple,pear']]);
}

export const firstRequests = defineAttack(
  {
    ...onPlainServer,
    id: 'first-requests',
    title: 'a first page and its scripts make a session each',
    requirements: [23],
    needs: [],
    attack,
    control,
    doesNotApply: {},
    difference: {
      fault: {
        file: 'packages/acceptance/concurrency/plain-server.ts',
        from: 'saveUninitialized: true',
      },
      fix: [{ file: 'examples/redis/src/app.ts', from: 'saveUninitialized: false,' }],
    },
  },
  words,
);
