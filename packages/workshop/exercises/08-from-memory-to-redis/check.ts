import { ADA, type Answer, replay } from '@session-lab/acceptance';
import { createClient } from 'redis';
import { expect } from '../../src/exercise.ts';
import { lookUntil } from '../../src/look.ts';
import type { Stage } from '../../src/stage.ts';

// The stage ends a process that has not ended by itself after five seconds.
const STOP_MS = 4500;
const BACK_MS = 8000;

export async function check(stage: Stage): Promise<void> {
  const redis = await stage.redis();
  const first = await stage.start();
  const ada = stage.browser(first);
  const login = await ada.logIn(ADA);
  expect(
    login.status !== 500 || !/client is closed/i.test(first.output()),
    'not-connected',
    'POST /login answered 500, and the shop wrote: The client is closed.',
  );
  expect(login.status === 200, 'no-login', `POST /login answered ${login.status}, not 200.`);
  const cookie = await ada.cookieHeader();

  const stopping = performance.now();
  await first.stop();
  expect(
    performance.now() - stopping < STOP_MS,
    'does-not-stop',
    'SIGTERM did not end the shop: five seconds later it was still there.',
  );
  const second = await stage.start();
  const after = await replay(second.url, cookie);
  expect(
    isAda(after),
    'logged-out-by-restart',
    `Ada logged in and the shop was restarted; then her GET /profile answered ${after.status}.`,
  );

  const third = await stage.start();
  const there = await replay(third.url, cookie);
  expect(
    isAda(there),
    'unknown-on-the-other',
    `Ada is logged in on one instance; on another one her GET /profile answered ${there.status}.`,
  );
  await expectEnds(redis.url, cookie);

  const leaving = stage.browser(second);
  await leaving.logIn(ADA);
  const left = await leaving.cookieHeader();
  const before = await replay(third.url, left);
  expect(
    isAda(before),
    'unknown-on-the-other',
    `Ada logged in on one instance; on another one her GET /profile answered ${before.status}.`,
  );
  const logout = await leaving.post('/logout');
  expect(logout.status < 300, 'no-logout', `POST /logout answered ${logout.status}, not 204.`);
  const seen = await replay(third.url, left);
  expect(
    !isAda(seen),
    'cached-here',
    'Ada logged out on one instance; on another one GET /profile with her old cookie answered ' +
      `${seen.status}, with her name.`,
  );

  await redis.kill();
  await redis.restart();
  const back = stage.browser(second);
  const { answer, isGone, words } = await lookUntil(
    ({ answer }) => answer?.status === 200,
    () => back.logIn(ADA),
    BACK_MS,
  );
  expect(
    !isGone,
    'dies-with-redis',
    `Redis was killed and restarted; then POST /login ${words}. Its last words: ` +
      `${lastWords(second.output())}`,
  );
  expect(
    answer?.status === 200,
    'never-comes-back',
    `Redis was killed and restarted; 8 seconds later POST /login ${words}.`,
  );
}

const isAda = ({ json }: Answer) => json.user?.email === ADA.email;

/** Each record in Redis has a time to live, and a name that says what it is. */
async function expectEnds(url: string, cookie: string): Promise<void> {
  const client = await createClient({ url }).on('error', console.error).connect();
  try {
    const keys = await client.keys('*');
    expect(keys.length > 0, 'not-in-redis', 'Ada is logged in, and there is no key in Redis.');
    const forEver: string[] = [];
    for (const key of keys) if ((await client.ttl(key)) === -1) forEver.push(key);
    expect(
      forEver.length === 0,
      'keys-for-ever',
      `Ada is logged in; in Redis the key ${short(forEver[0])} has no time to live (TTL says -1).`,
    );
    const bare = keys.find((key) => decodeURIComponent(cookie).includes(`=s:${key}.`));
    expect(
      bare === undefined,
      'no-prefix',
      `In Redis Ada's session is under the key ${short(bare)}: nothing says what it is, or whose.`,
    );
  } finally {
    await client.close();
  }
}

const short = (key = '') => (key.length > 24 ? `${key.slice(0, 24)}…` : key);
const lastWords = (output: string) => /Error: .*/.exec(output)?.[0] ?? output.split('\n').at(-2);
