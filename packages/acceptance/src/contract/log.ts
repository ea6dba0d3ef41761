import { fileURLToPath } from 'node:url';
import { deriveKeys, parseSecrets, storeKey } from 'security-helpers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ADA, Browser, GRACE, idIn } from '../browser.ts';
import { startServer } from '../server-process.ts';
import { type Launched, SECRET, type Target } from '../target.ts';
import { startBefore, type UnderTest } from './under-test.ts';

const MINUTE = 60_000;

/** What is written down of all that happens, and what must never be. */
export function logSuite(target: Target, folder = () => exampleFolder(target.name)): void {
  describe('the log', () => {
    const test = startBefore(target, { SESSION_LIMIT_PER_USER: '3', LOGIN_ACCOUNT_LIMIT: '4' });

    it('#69 has an event for each step of a session and each attempt on it', async () => {
      const app = await test.another();
      await liveThrough(test, app);
      const seen = new Set(app.events.map(({ event }) => event));
      expect([...seen].sort()).toEqual([
        'client_changed',
        'cookie_rejected',
        'csrf_rejected',
        'logged_out',
        'login_failed',
        'login_succeeded',
        'login_throttled',
        'origin_rejected',
        'password_changed',
        'reauthenticated',
        'reauthentication_failed',
        'session_created',
        'session_ended',
        'session_evicted',
        // A store that follows the test's clock has dropped it by itself.
        ...(seen.has('session_expired') ? ['session_expired'] : []),
        'session_renewed',
        'session_revoked',
        'session_unknown',
      ]);
      for (const event of app.events) {
        expect(Object.keys(event).filter((name) => !FIELDS.includes(name))).toEqual([]);
        expect(event.client).toBe('127.0.0.1');
        if (event.session !== undefined) expect(event.session).toMatch(/^[\w-]{12}$/);
      }
    });

    it('#69 #70 goes to standard output as one line of JSON each, with nothing secret in it', async () => {
      const env = { ...test.backend.env, SESSION_SECRET: SECRET, DEBUG: 'express:*,koa*' };
      const running = await startServer(folder(), env);
      onTestFinished(() => running.kill());
      const secrets: string[] = [ADA.password, GRACE.password, SECRET];
      const note = async (browser: Browser) => {
        const cookie = await browser.cookieHeader();
        const id = idIn(cookie);
        const values = cookie.split('; ').map((pair) => pair.slice(pair.indexOf('=') + 1));
        secrets.push(id, storeKey(id), ...values, ...values.map(decodeURIComponent));
        secrets.push(browser.csrfToken ?? '');
      };
      const ada = new Browser(running.url);
      await ada.post('/cart', { item: 'apple' });
      await note(ada);
      await ada.logIn({ ...ADA, password: 'a-wrong-password' });
      await ada.logIn({ email: 'a@b.example\r\nlevel=info', password: 'x' });
      await ada.logIn();
      await note(ada);
      await ada.post('/cart', { item: 'pear' }, { 'x-csrf-token': 'a-wrong-token' });
      await ada.post('/reauthenticate', { password: ADA.password });
      await note(ada);
      await ada.get('/profile');
      await ada.post('/logout');
      expect(await running.stop()).toBe(0);

      const lines = running.output().trim().split('\n');
      const events = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
      expect(events.map(({ event }) => event)).toContain('logged_out');
      for (const { time } of events) expect(new Date(time).toISOString()).toBe(time);
      const { cookie, csrf, seal, audit } = deriveKeys(parseSecrets(SECRET));
      const keys = [...cookie, ...[...csrf, audit, ...seal.map(({ key }) => key)].map(asText)];
      expect(secrets.every((secret) => secret.length > 0)).toBe(true);
      for (const secret of [...secrets, ...keys, 'a-wrong-password', 'a-wrong-token']) {
        expect(running.output()).not.toContain(secret);
      }
    });
  });
}

function exampleFolder(name: string): string {
  return fileURLToPath(new URL(`../../../../examples/${name}/`, import.meta.url));
}

const FIELDS = ['event', 'session', 'userId', 'by', 'reason', 'client'];
const asText = (key: Buffer) => key.toString('base64url');

/** Everything that an event is for. */
async function liveThrough(test: UnderTest, { url }: Launched): Promise<void> {
  const ada = new Browser(url);
  await ada.get('/profile', { headers: { cookie: 'sid=s%3Aforged.x' } });
  await ada.logIn({ ...ADA, password: 'wrong' });
  await ada.logIn();
  await ada.send('POST', '/cart', { json: {}, headers: { origin: 'https://evil.example' } });
  await ada.post('/cart', { item: 'x' }, { 'x-csrf-token': 'wrong' });
  await ada.get('/profile', { headers: { 'user-agent': 'Firefox/140.0' } });
  await ada.post('/reauthenticate', { password: 'wrong' });
  await ada.post('/reauthenticate', { password: ADA.password });
  await ada.post('/password', { newPassword: ADA.password });
  for (let minute = 0; minute <= 75; minute += 25) {
    test.clock.advance(25 * MINUTE);
    await ada.get('/profile');
  }
  for (let more = 0; more < 3; more++) await new Browser(url).logIn();
  const grace = new Browser(url);
  await grace.logIn(GRACE);
  await grace.delete('/users/user-1/sessions');
  const cookie = await grace.cookieHeader();
  await grace.post('/logout');
  await grace.get('/profile', { headers: { cookie } });
  await grace.logIn(GRACE);
  test.clock.advance(40 * MINUTE);
  await grace.get('/profile');
  for (let guess = 0; guess < 5; guess++) await grace.logIn({ ...ADA, password: 'wrong' });
}
