import { ADA, type Answer, type Browser, GRACE, replay } from '@session-lab/acceptance';
import { expect } from '../../src/exercise.ts';
import type { Stage } from '../../src/stage.ts';

export async function check({ start, browser }: Stage): Promise<void> {
  const [first, second] = [await start(), await start()];
  const laptop = await loggedIn(browser(first), ADA);
  const phone = await loggedIn(browser(second), ADA);
  const grace = await loggedIn(browser(first), GRACE);
  const left = await loggedIn(browser(first), ADA);
  await left.post('/logout');
  const ids = [await idOf(laptop), await idOf(phone)];

  const stranger = await browser(first).get('/sessions');
  expect(
    stranger.status === 401,
    'no-401',
    `GET /sessions of somebody who is not logged in answered ${stranger.status}, not 401.`,
  );

  const list = await listFor(laptop, ids);
  const hers = await listFor(grace, ids);
  expect(
    !list.some(({ handle }) => hers.some((other) => other.handle === handle)),
    'lists-others',
    "GET /sessions of Ada and that of Grace answered lists with the same handle in them: one's " +
      'own only.',
  );
  expect(
    list.length === 2,
    list.length > 2 ? 'lists-the-dead' : 'misses-one',
    `Ada is logged in twice, and has logged out once; her GET /sessions answered ${list.length} ` +
      'sessions.',
  );
  const phoneList = await listFor(phone, ids);
  const known = list.map(({ handle }) => handle);
  expect(
    phoneList.length === 2 && phoneList.every(({ handle }) => known.includes(handle)),
    'known-on-one-instance',
    'GET /sessions on another instance answered other handles for the same sessions.',
  );
  const currentOf = (all: Listed[]) => all.filter(({ current }) => current === true);
  const [own, current] = [currentOf(list)[0], currentOf(phoneList)[0]];
  const isMarked = [list, phoneList].every((all) => currentOf(all).length === 1);
  expect(
    isMarked && own !== undefined && current !== undefined && own.handle !== current.handle,
    'wrong-current',
    `Ada's laptop and her phone asked; GET /sessions marked ${currentOf(list).length} and ` +
      `${currentOf(phoneList).length} as current: one each, their own.`,
  );

  const end = (who: Browser, handle: string) =>
    who.delete(`/sessions/${encodeURIComponent(handle)}`);
  const isIn = async (who: Browser) => isAda(await who.get('/profile'));
  for (const [name, who] of [
    ['Grace', grace],
    ['somebody who is not logged in', browser(first)],
  ] as const) {
    const { status } = await end(who, current.handle);
    expect(
      await isIn(phone),
      'anybody-can-end-it',
      `DELETE /sessions/… of ${name}, with the handle of Ada's phone, answered ${status}, and ` +
        'her phone was logged out.',
    );
    const wanted = who === grace ? [404] : [401, 403];
    expect(
      wanted.includes(status),
      'no-404',
      `DELETE /sessions/… of ${name}, with the handle of Ada's phone, answered ${status}, not ` +
        `${wanted[0]}.`,
    );
  }
  const nobodys = await end(laptop, 'nobody-has-this-one');
  expect(
    nobodys.status === 404,
    'no-404',
    `DELETE /sessions/nobody-has-this-one answered ${nobodys.status}, not 404.`,
  );

  const cookie = await phone.cookieHeader();
  const ended = await end(laptop, current.handle);
  const after = [await replay(second.url, cookie), await replay(first.url, cookie)];
  expect(
    !after.some(isAda),
    'only-off-the-list',
    `DELETE /sessions/… of Ada's phone answered ${ended.status}; then GET /profile with the ` +
      "phone's cookie answered 200, with her name.",
  );
  expect(
    ended.status === 204,
    'no-204',
    `DELETE /sessions/… of Ada's own phone answered ${ended.status}, not 204.`,
  );
  const rest = await listFor(laptop, ids);
  expect(
    rest.length === 1 && rest[0]?.handle === own.handle,
    'lists-the-dead',
    `Ada has ended one of two sessions; then GET /sessions answered ${rest.length}.`,
  );
  expect(
    (await isIn(laptop)) && (await grace.get('/profile')).status === 200,
    'ends-too-much',
    "Ada has ended her phone's session; then she on her laptop, or Grace, was logged out as well.",
  );

  // Long enough for the shop to note, with this very request, when she was last seen.
  await first.advance(5 * 60_000);
  const last = await laptop.cookieHeader();
  const { status } = await end(laptop, own.handle);
  expect(
    status === 204 && !isAda(await replay(first.url, last)),
    'current-one-lives',
    `Five minutes later Ada ended her current session: DELETE /sessions/… answered ${status}; ` +
      'then GET /profile with its cookie still answered her name.',
  );
}

interface Listed {
  handle: string;
  current: boolean;
}

const isAda = ({ json }: Answer) => json.user?.email === ADA.email;

async function loggedIn(who: Browser, account: typeof ADA): Promise<Browser> {
  const { status } = await who.logIn(account);
  expect(status === 200, 'no-login', `POST /login answered ${status}, not 200.`);
  return who;
}

/** A signed cookie is `s:<id>.<signature>`. */
async function idOf(who: Browser): Promise<string> {
  const [, id] = /=s:([^;]+)\.[^.;]+/.exec(decodeURIComponent(await who.cookieHeader())) ?? [];
  expect(id !== undefined, 'no-login', 'After POST /login the browser had no session cookie.');
  return id;
}

/** @param ids that nobody may be told, in whatever form. */
async function listFor(who: Browser, ids: readonly string[]): Promise<Listed[]> {
  const { status, json, text } = await who.get('/sessions');
  const list = json.sessions;
  expect(
    status === 200 && list !== undefined && list.every((item) => typeof item?.handle === 'string'),
    'no-list',
    `GET /sessions answered ${status}, and no list of objects with a handle: ${text.slice(0, 200)}`,
  );
  expect(
    !ids.some((id) => text.includes(id)),
    'handle-is-the-id',
    "GET /sessions answered a list with the ids of Ada's sessions in it.",
  );
  for (const { handle } of list) {
    for (const code of ['base64', 'hex'] as const) {
      const plain = Buffer.from(handle, code).toString();
      expect(
        !ids.some((id) => plain.includes(id)),
        'id-in-disguise',
        `GET /sessions answered a handle that is an id of Ada's, written in ${code}.`,
      );
    }
  }
  return list;
}
