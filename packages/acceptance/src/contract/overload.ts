import { once } from 'node:events';
import { connect } from 'node:net';
import { diagnostics, hear, type Load } from 'security-helpers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Answer, Browser } from '../browser.ts';
import { cheapAccounts, launch, type Target } from '../target.ts';
import { startBefore } from './under-test.ts';

const until = { timeout: 30_000, interval: 10 };

export function overloadSuite(target: Target): void {
  describe('more requests than it can answer', () => {
    const limits = { REQUEST_LIMIT: '2', REQUEST_QUEUE_LIMIT: '3', STORE_DEADLINE_MS: '60000' };
    const test = startBefore(target, limits);

    it('some wait for their turn, the rest are told to come back; afterwards all is well', async () => {
      // Logins last as long as their password is checked: here, until the test says so.
      const users = target.createUsers(await cheapAccounts());
      const { verify } = users;
      let begun = 0;
      let finish: () => void = () => undefined;
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      users.verify = async (email, password) => {
        begun++;
        await finished;
        return verify(email, password);
      };
      const { url, close } = await launch(target, test.backend, { env: limits, users });
      onTestFinished(async () => {
        finish();
        await close();
      });
      const member = new Browser(test.url); // of another instance, which has time
      await member.logIn();

      const logins = [new Browser(url), new Browser(url)].map((browser) => browser.logIn());
      await expect.poll(() => begun, until).toBe(2);
      const answers: Answer[] = [];
      const sent = Array.from({ length: 10 }, () => new Browser(url).get('/cart'));
      for (const answer of sent) void answer.then((each) => answers.push(each));
      await expect.poll(() => answers.length, until).toBe(7);
      for (const { status, headers, setCookies, json } of answers) {
        expect([status, json.code, setCookies]).toEqual([503, 'overloaded', []]);
        expect(headers['retry-after']).toMatch(/^[123]$/);
        expect(headers['content-security-policy']).toContain("default-src 'none'");
      }
      const page = await new Browser(url).get('/', { headers: { accept: 'text/html' } });
      expect([page.status, page.text]).toEqual([503, expect.stringContaining('try again')]);
      expect((await new Browser(url).post('/cart', { item: 'x' })).status).toBe(503);
      for (const health of ['/healthz', '/readyz']) {
        expect((await new Browser(url).get(health)).status).toBe(200);
      }
      expect(begun).toBe(2);

      finish();
      expect((await Promise.all(logins)).map(({ status }) => status)).toEqual([200, 200]);
      await Promise.all(sent);
      expect(answers.slice(7).map(({ status }) => status)).toEqual([200, 200, 200]);
      expect((await new Browser(url).logIn()).status).toBe(200);
      expect((await member.get('/profile')).status).toBe(200);
    });

    it('who sends a body drop by drop keeps nobody out', async () => {
      const { port, hostname } = new URL(test.url);
      for (let count = 0; count < 6; count++) {
        const socket = connect(Number(port), hostname);
        socket.on('error', () => undefined);
        onTestFinished(() => void socket.destroy());
        await once(socket, 'connect');
        const head = 'POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
        socket.write(`${head}Content-Length: 50\r\n\r\n{"email"`);
      }
      expect((await new Browser(test.url).logIn()).status).toBe(200);
    });
  });
}

/** For examples whose store can be frozen. */
export function slowStoreSuite(target: Target): void {
  const limits = { REQUEST_LIMIT: '5', REQUEST_QUEUE_LIMIT: '5', STORE_DEADLINE_MS: '1000' };
  const test = startBefore(target, limits, { durable: true });

  it('while the store hangs, requests do not pile up, and none is left without an answer', async () => {
    const { service } = test.backend;
    if (!service) throw new Error('this example has no store that could be frozen');
    const seen: Load[] = [];
    onTestFinished(hear(diagnostics.load, (load) => void seen.push(load)));
    const browser = new Browser(test.url);
    await browser.logIn();
    await service.freeze();
    try {
      const sent = Array.from({ length: 40 }, () => browser.get('/profile'));
      const answers = await Promise.all(sent);
      expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(503));
      const codes = answers.map(({ json }) => json.code);
      expect(new Set(codes)).toEqual(new Set(['store_unavailable', 'overloaded']));
      expect((await browser.get('/healthz')).status).toBe(200);
    } finally {
      await service.thaw();
    }
    expect(Math.max(...seen.map(({ running }) => running))).toBe(5);
    expect(Math.max(...seen.map(({ waiting }) => waiting))).toBe(5);
    await expect.poll(async () => (await browser.get('/profile')).status, until).toBe(200);
  }, 60_000);
}
