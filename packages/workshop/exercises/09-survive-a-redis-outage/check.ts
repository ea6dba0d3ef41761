import { ADA } from '@session-lab/acceptance';
import { startRedis } from '@session-lab/services';
import { expect } from '../../src/exercise.ts';
import { look, lookUntil, type Sight } from '../../src/look.ts';
import type { Stage } from '../../src/stage.ts';

const FEW_MS = 3000;
// Regenerate, save and save again: three calls, each with its own time.
const LOGIN_MS = 9500;
const BACK_MS = 8000;

export async function check({ start, browser, later }: Stage): Promise<void> {
  // It writes to its disk before it confirms: what is lost then, the shop has lost.
  const redis = await startRedis({ persistence: 'aof-always' });
  later(() => redis.close());
  const shop = await start({ REDIS_URL: redis.url });
  const ada = browser(shop);
  const login = await ada.logIn(ADA);
  expect(login.status === 200, 'no-login', `POST /login answered ${login.status}, not 200.`);
  await ada.post('/cart', { item: 'apple' });

  const unreadable = await browser(shop).send('POST', '/login', {
    body: '{"email":',
    headers: { 'content-type': 'application/json' },
  });
  expect(
    unreadable.status !== 503,
    'blames-the-store',
    'Redis is well; POST /login with a body that is no JSON answered 503.',
  );

  await redis.kill();
  await expectAllAway('Redis is killed;', 'waits-for-redis');
  await redis.restart();
  await expectServed('Redis was killed, and restarted with all its records;');

  await redis.freeze();
  await expectAllAway('Redis is frozen;', 'hangs-when-frozen');
  await redis.thaw();
  await expectServed('Redis was frozen, and goes on;');

  async function expectAllAway(before: string, tooLate: string): Promise<void> {
    for (const path of ['/cart', '/profile']) {
      expectAway(await look(() => ada.get(path)), `${before} GET ${path}`, tooLate);
    }
    const other = browser(shop);
    expectAway(await look(() => other.logIn(ADA)), `${before} POST /login`, tooLate, LOGIN_MS);
  }

  async function expectServed(before: string): Promise<void> {
    const isServed = ({ answer }: Sight) => answer?.json.items?.join() === 'apple';
    const sight = await lookUntil(isServed, () => ada.get('/cart'), BACK_MS);
    expect(!sight.isGone, 'dies-with-redis', `${before} then GET /cart ${sight.words}.`);
    expect(
      isServed(sight),
      'never-comes-back',
      `${before} 8 seconds later Ada's GET /cart ${sight.words}: ${sight.answer?.text ?? ''}`,
    );
  }
}

/** While Redis is away: soon, and neither "logged out" nor somebody else. */
function expectAway(sight: Sight, request: string, tooLate: string, withinMs = FEW_MS): void {
  const { answer, isGone, ms, words } = sight;
  expect(!isGone, 'dies-with-redis', `${request} ${words}.`);
  expect(answer !== undefined && ms < withinMs, tooLate, `${request} ${words}.`);
  const { status, text } = answer;
  expect(status >= 300, 'serves-a-stranger', `${request} answered ${status}: ${text}`);
  expect(status !== 401, 'says-logged-out', `${request} answered 401, as if Ada had logged out.`);
  expect(status === 503, 'not-503', `${request} answered ${status}, not 503.`);
  expect(
    /^\d+$|GMT$/.test(answer.headers['retry-after'] ?? ''),
    'no-retry-after',
    `${request} answered 503, without a Retry-After that says when to try again.`,
  );
}
