import { createHmac } from 'node:crypto';
import { ADA, type Answer, readSetCookie } from '@session-lab/acceptance';
import { expect } from '../../src/exercise.ts';
import { NotStarted, type Shop, type Stage } from '../../src/stage.ts';

const NEW = 'the-new-secret-of-the-shop-5wMyPoiQ3C1Ud8s';
const OLD = 'the-old-secret-of-the-shop-tGq07XVe4LkRz2b';
const GONE = 'a-secret-from-before-the-old-H9aJ6nWc0xYfB3m';
const EXAMPLE = 'please-change-me-before-the-shop-opens';
const KNOWN = ['keyboard cat', 'secret', 'your-secret-key', 'change-me', 'changeme', EXAMPLE];
const WEAK = ['', EXAMPLE, `${NEW},sesame`];

export async function check(stage: Stage): Promise<void> {
  // What does not start with good secrets has another mistake.
  const shop = await stage.start({ SESSION_SECRET: `${NEW},${OLD}` });
  await refusesNone(stage);
  await refusesWeak(stage);
  await expectRotation(stage, shop);
}

async function refusesNone(stage: Stage): Promise<void> {
  const tried = await tryToStart(stage, { SESSION_SECRET: undefined });
  if (tried instanceof NotStarted) return expectSentence(tried, 'Without SESSION_SECRET');
  const { signedWith } = await logIn(stage, tried);
  const known = KNOWN.find(signedWith);
  expect(
    known === undefined,
    'known-secret',
    `Without SESSION_SECRET the shop started, and signed Ada's cookie with "${known}".`,
  );
  const live = await tryToStart(stage, { SESSION_SECRET: undefined, NODE_ENV: 'production' });
  expect(
    live instanceof NotStarted,
    'starts-without-a-secret',
    'Without SESSION_SECRET the shop started, in production too.',
  );
  expect(
    false,
    'starts-in-development',
    'Without SESSION_SECRET the shop started wherever NODE_ENV=production was not set.',
  );
}

async function refusesWeak(stage: Stage): Promise<void> {
  const tried = WEAK.map(async (secret) => ({
    start: `With SESSION_SECRET=${secret.replace(NEW, '…')}`,
    outcome: await tryToStart(stage, { SESSION_SECRET: secret }),
  }));
  for (const { start, outcome } of await Promise.all(tried)) {
    expect(outcome instanceof NotStarted, 'weak-secret', `${start} the shop started.`);
    expectSentence(outcome, start);
  }
}

/** What an administrator sees who has made the mistake. */
function expectSentence({ exitCode, output }: NotStarted, start: string): void {
  expect(exitCode !== null, 'never-ends', `${start} the shop neither listened nor ended.`);
  expect(
    exitCode !== 0,
    'ends-as-if-well',
    `${start} the shop ended with exit code 0: whoever started it takes that for success.`,
  );
  const lines = output.split('\n');
  // Not a line of code above a caret, which shows what has crashed.
  const isSaid = lines.some(
    (line, i) => line.includes('SESSION_SECRET') && !/^\s*\^+\s*$/.test(lines[i + 1] ?? ''),
  );
  expect(
    isSaid,
    'says-nothing',
    `${start} the shop ended, and no sentence named SESSION_SECRET. It wrote: ${lastWords(lines)}`,
  );
  expect(
    !output.includes(NEW),
    'secret-in-the-log',
    `${start} the shop ended, and wrote the secret into its log.`,
  );
}

/** Signs with the newest, believes the older one, and no other. */
async function expectRotation(stage: Stage, shop: Shop): Promise<void> {
  const { signedWith, profile, cookieBy } = await logIn(stage, shop);
  const before = await profile(cookieBy(OLD));
  expect(
    isAda(before),
    'rotation-logs-out',
    'With SESSION_SECRET=new,old GET /profile with a cookie signed with old answered ' +
      `${before.status}.`,
  );
  expect(
    signedWith(NEW),
    'signs-with-the-old',
    'With SESSION_SECRET=new,old the cookie of POST /login is not signed with new.',
  );
  for (const secret of [GONE, '', ...KNOWN]) {
    const seen = await profile(cookieBy(secret));
    expect(
      !isAda(seen),
      'any-signature',
      `With SESSION_SECRET=new,old GET /profile with a cookie signed with "${secret}" answered ` +
        `${seen.status}, with Ada's name.`,
    );
  }
}

async function logIn({ browser }: Stage, shop: Shop) {
  const login = await browser(shop).logIn(ADA);
  expect(login.status === 200, 'no-login', `POST /login answered ${login.status}, not 200.`);
  const { name, value } = readSetCookie(login.setCookies[0]);
  const [, id = '', signature = ''] = /^s:([^.]+)\.(.+)$/.exec(decodeURIComponent(value)) ?? [];
  const sign = (secret: string) =>
    createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '');
  return {
    signedWith: (secret: string) => sign(secret) === signature,
    /** The cookie of this session, as that secret would sign it. */
    cookieBy: (secret: string) => `${name}=${encodeURIComponent(`s:${id}.${sign(secret)}`)}`,
    profile: (cookie: string) => browser(shop).get('/profile', { headers: { cookie } }),
  };
}

async function tryToStart({ start }: Stage, env: Record<string, string | undefined>) {
  try {
    return await start(env);
  } catch (error) {
    if (error instanceof NotStarted) return error;
    throw error;
  }
}

const isAda = ({ json }: Answer) => json.user?.email === ADA.email;

const lastWords = (lines: string[]) =>
  lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.findLast((line) => line) ?? 'nothing';
