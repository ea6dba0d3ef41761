import {
  defineAttack,
  isProfileOf,
  type Outcome,
  type Passage,
  passage,
  type Surface,
} from '../src/attack/attack.ts';
import { ADA, type Answer } from '../src/browser.ts';
import { onPlainServer, words } from './lesson.ts';

/** The cookies that an answer has set, as a browser would send them. */
const cookieOf = ({ setCookies }: Answer) =>
  setCookies.map((line) => line.split(';')[0] ?? '').join('; ');

/** Two logins over one session, of which the browser keeps the cookie that came last. */
async function attack({ person }: Surface): Promise<Outcome> {
  const user = person('user');
  await user.post('/cart', { item: 'apple' });
  const [before = ''] = (await user.cookieHeader()).split('; ');
  const cookies = (await Promise.all([user.logIn(ADA), user.logIn(ADA)])).map(cookieOf);
  const kept = await user.cookieHeader();
  const dropped = cookies.find((cookie) => !kept.includes(cookie.split('; ')[0] ?? '')) ?? '';
  if (dropped === '' || cookies.includes('')) throw new Error('there were no two logins');

  const isIn = isProfileOf(await user.get('/profile'), ADA);
  const isOldDead = (await person('somebody').replay(before)).status === 401;
  await user.delete('/sessions'); // all others
  const isLeft = isProfileOf(await person('somebody').replay(dropped), ADA);
  const won = !isIn || !isOldDead || isLeft;
  const evidence = won
    ? 'both ids are logged in; the browser keeps one, and the user has no way to end the other'
    : 'both ids were logged in; the browser keeps one, and the user has ended the other';
  return { won, evidence };
}

async function control({ person }: Surface): Promise<Passage> {
  const user = person('user');
  await user.logIn(ADA);
  const isIn = isProfileOf(await user.get('/profile'), ADA);
  await user.post('/logout');
  const isOut = (await user.get('/profile')).status === 401;
  return passage([
    ['log in once', isIn],
    ['log out', isOut],
  ]);
}

export const doubleLogin = defineAttack(
  {
    ...onPlainServer,
    id: 'double-login',
    title: 'a double click on "log in" leaves a session behind that nobody sees',
    requirements: [34, 35],
    needs: [],
    attack,
    control,
    doesNotApply: {},
    difference: {
      fault: {
        file: 'packages/acceptance/concurrency/plain-server.ts',
        from: 'req.session.regenerate((failed) => {',
        lines: 5,
      },
      fix: [
        {
          file: 'examples/redis/src/app.ts',
          from: "await guard.logIn(req, user, { carryOver: ['cart']",
        },
        { file: 'examples/redis/src/account.ts', from: 'await guard.endOtherSessions(req);' },
      ],
    },
  },
  words,
);
