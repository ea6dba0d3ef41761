import { ADA, type Answer, Browser, replay } from '@session-lab/acceptance';
import { openLine } from '@session-lab/services';
import { expect } from '../../src/exercise.ts';
import { lookUntil } from '../../src/look.ts';
import type { Shop, Stage } from '../../src/stage.ts';
import { Gate, type Held, openSupplier } from '../../src/supplier.ts';

// Reads, looks and writes: no store says more to Redis for one save.
const MOST_COMMANDS = 8;
const ANSWER_MS = 10_000;
const SECOND_LOGOUT_MS = 3500;

export async function check(stage: Stage): Promise<void> {
  const supplier = await openSupplier(stage.later);
  const redis = await stage.redis();
  // One of the two instances has a line to Redis on which what it says can be held.
  let toPass = Number.POSITIVE_INFINITY;
  const gate = new Gate();
  const line = await openLine(redis.url, async () => {
    if (toPass-- === 0) await gate.pass();
  });
  stage.later(() => line.close());
  const first = await stage.start({ SUPPLIER_URL: supplier.url, REDIS_URL: line.url });
  const second = await stage.start({ SUPPLIER_URL: supplier.url });

  await expectHonest(first);

  for (const [elsewhere, reason] of [
    [first, 'logged-in-again'],
    [second, 'remembered-here-only'],
  ] as const) {
    const { cookie, slow, held } = await begin();
    await logOut(elsewhere, cookie);
    held.release();
    await slow;
    const where = elsewhere === first ? '' : ' on another instance';
    await expectEnded(
      cookie,
      reason,
      `Ada logged out${where} while her POST /cart waited for the supplier`,
    );
  }

  // A logout before each single thing that the slow request has to say to Redis.
  for (let command = 0; command < MOST_COMMANDS; command++) {
    const { cookie, slow, held } = await begin();
    const sent = gate.hold();
    toPass = command;
    held.release();
    const isSent = await Promise.race([sent.arrived.then(() => true), slow.then(() => false)]);
    toPass = Number.POSITIVE_INFINITY;
    if (!isSent) return;
    await logOut(second, cookie);
    sent.release();
    await slow;
    await expectEnded(
      cookie,
      'between-check-and-write',
      `Ada logged out when her slow POST /cart had sent ${command} of its commands to Redis, ` +
        'and the next one was on its way',
    );
  }

  /** Logs in, and sends a request that waits. */
  async function begin(): Promise<{ cookie: string; slow: Promise<unknown>; held: Held }> {
    const ada = await loggedIn(first);
    const held = supplier.hold();
    // Whatever it is told: what it leaves behind is what counts.
    const slow = ada.post('/cart', { item: 'rare book' }).catch(() => undefined);
    await expectArrival(held, slow);
    return { cookie: await ada.cookieHeader(), slow, held };
  }

  async function logOut(at: Shop, cookie: string): Promise<void> {
    const tab = stage.browser(at);
    await tab.plant(cookie);
    await tab.get('/profile'); // brings the token that a form of the shop has
    const { status } = await tab.post('/logout');
    expect(status < 300, 'no-logout', `POST /logout answered ${status}, not 204.`);
  }

  async function expectEnded(cookie: string, reason: string, before: string): Promise<void> {
    // On the line of the slow request first: behind all that it has said.
    const seen = [await replay(first.url, cookie), await replay(second.url, cookie)];
    if (!seen.some(isAda)) return;
    const thief = new Browser(second.url, { timeoutMs: ANSWER_MS });
    const request = () => thief.get('/profile', { headers: { cookie } });
    const isOver = ({ answer }: { answer: Answer | undefined }) => !answer || !isAda(answer);
    const later = await lookUntil(isOver, request, SECOND_LOGOUT_MS);
    const evidence = `${before}; then GET /profile with the old cookie answered 200, with her name`;
    expect(!isOver(later), 'works-for-a-second', `${evidence}; a moment later not any more.`);
    expect(false, reason, `${evidence}.`);
  }

  async function expectHonest(shop: Shop): Promise<void> {
    const visitor = stage.browser(shop);
    for (const item of ['apple', 'pear']) await visitor.post('/cart', { item });
    const anonymous = await visitor.get('/cart');
    expect(
      anonymous.json.items?.join() === 'apple,pear',
      'nobody-logs-in',
      `A visitor put an apple and a pear into the cart; then GET /cart answered ${anonymous.text}.`,
    );
    const ada = await loggedIn(shop);
    const held = supplier.hold();
    const slow = ada.post('/cart', { item: 'plum' });
    await expectArrival(held, slow);
    held.release();
    await slow;
    const cart = await ada.get('/cart');
    expect(
      cart.json.items?.join() === 'plum',
      'lost-item',
      `Ada's slow POST /cart of a plum had ended; then GET /cart answered ${cart.text}.`,
    );
    await ada.post('/logout');
    await ada.logIn(ADA);
    const again = await ada.get('/profile');
    expect(
      isAda(again),
      'nobody-logs-in',
      `Ada logged out and in again; then GET /profile answered ${again.status}.`,
    );
  }

  async function loggedIn(shop: Shop): Promise<Browser> {
    const ada = stage.browser(shop);
    const { status } = await ada.logIn(ADA);
    expect(status === 200, 'no-login', `POST /login answered ${status}, not 200.`);
    const profile = await ada.get('/profile');
    expect(
      isAda(profile),
      'nobody-logs-in',
      `POST /login answered 200; then Ada's GET /profile answered ${profile.status}.`,
    );
    return ada;
  }
}

const isAda = ({ json }: Answer) => json.user?.email === ADA.email;

async function expectArrival({ arrived }: Held, slow: Promise<unknown>): Promise<void> {
  const isHeld = await Promise.race([arrived.then(() => true), slow.then(() => false)]);
  expect(isHeld, 'no-question', 'POST /cart was answered before the supplier was asked.');
}
