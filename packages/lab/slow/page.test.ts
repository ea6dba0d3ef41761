// The lab page in a real browser: what a reader does, and what real browsers do with cookies.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openChromium, violations } from './browser.ts';
import { type Lab, spawnLab } from './page-lab.ts';

vi.setConfig({ testTimeout: 60_000 });

let lab: Lab;
let chromium: Browser;
beforeAll(async () => {
  [lab, chromium] = await Promise.all([spawnLab(), openChromium()]);
});
afterAll(async () => {
  await chromium?.close();
  await lab?.stop();
});

/** A tab that complains of nothing: neither of errors nor of what the policy forbids. */
async function open(hash = '', options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => void complaints.push(error.message));
  onTestFinished(() => expect(complaints).toEqual([]));
  await page.goto(`${lab.page}#/${hash}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

const busy = (page: Page) => page.locator('.status:empty').waitFor({ state: 'attached' });

/** Presses it, and waits until that is done. */
async function press(page: Page, name: string, group?: string): Promise<void> {
  const within = group ? page.getByRole('group', { name: group }) : page;
  await within.getByRole('button', { name, exact: true }).click();
  await busy(page);
}

/** What is shown comes by a stream of its own, some time after the answer. */
const soon = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 15_000 });

const said = (page: Page) => page.locator('.story .said').first();
const pane = (page: Page, name: string) => page.getByRole('region', { name });

describe('the storyboard', () => {
  it('the overview says what runs, and how to log in', async () => {
    const page = await open();
    const cards = page.getByRole('listitem').filter({ hasText: 'Requests/s' });
    await soon(() => cards.count()).toBe(5);
    await soon(() => page.getByText('up, ready').count()).toBe(5);
    for (const text of ['ada@example.com', 'lovelace-1815', 'grace@example.com', 'hopper-1906']) {
      await page.getByText(text).waitFor();
    }
  });

  it.each(['memory', 'redis', 'postgres', 'hybrid', 'koa'])(
    '%s: at the login the id is another one, and the old one is worthless',
    async (name) => {
      const page = await open(`x-ray/${name}`);
      await press(page, 'Put an apple into the cart');
      await page.getByLabel('Reveal ids').check();
      const id = pane(page, 'Cookie').locator('.id');
      const before = await id.textContent();
      await press(page, 'Log in as Ada');
      await soon(() => id.textContent()).not.toBe(before);
      await soon(() => pane(page, 'Cookie').locator('del').textContent()).toBe(before);
      await pane(page, 'Cookie').getByText('Valid, with the newest secret').waitFor();
      const wire = pane(page, 'Wire').getByRole('listitem').first();
      await soon(() => wire.textContent()).toMatch(
        /^200 POST \/login .*Set-Cookie.*login_succeeded/,
      );
      await pane(page, 'Store').getByText('"userId": "user-1"').waitFor();
      await press(page, 'Try the crossed-out id');
      await soon(() => wire.textContent()).toMatch(/^401 GET \/profile/);
      await press(page, 'Load the profile');
      await soon(() => wire.textContent()).toMatch(/^200 GET \/profile .*Store: \w+/);
    },
  );

  it('a killed app: logged out on memory, still in on redis', async () => {
    const page = await open('x-ray/memory');
    await press(page, 'Log in as Ada');
    await press(page, 'kill -9 the app');
    await said(page).getByText('the sessions have gone with the process').waitFor();
    await press(page, 'Start it again');
    await said(page).getByText('Logged out: 401').waitFor();

    await page.getByRole('link', { name: 'redis', exact: true }).click();
    await page.getByRole('heading', { name: 'X-ray: redis' }).waitFor();
    await press(page, 'Log in as Ada');
    await press(page, 'kill -9 the app');
    await said(page).getByText('the record is still in Redis').waitFor();
    await press(page, 'Start it again');
    await said(page).getByText('still logged in').waitFor();
  });

  it('Redis restarted with its AOF keeps the session, an empty one has none; hybrid goes on', async () => {
    const [redis, hybrid] = [await open('x-ray/redis'), await open('x-ray/hybrid')];
    for (const page of [redis, hybrid]) await press(page, 'Log in as Ada');
    await press(redis, 'kill -9, start with its AOF');
    await said(redis).getByText('till logged in').waitFor();
    await press(redis, 'kill -9, start empty');
    await said(redis).getByText('Logged out: 401').waitFor();
    await pane(redis, 'Store').getByText('Nothing is there.').waitFor();
    await press(hybrid, 'Load the profile');
    const wire = pane(hybrid, 'Wire').getByRole('listitem').first();
    await soon(() => wire.textContent()).toMatch(/^200 GET \/profile .*Postgres answered/);
    // Not always the very next one: it is some time till hybrid tries Redis again.
    await soon(async () => {
      await press(hybrid, 'Load the profile');
      return wire.textContent();
    }).toMatch(/^200 GET \/profile .*Redis answered/);
    await press(hybrid, 'kill -9', 'Redis');
    await said(hybrid).getByText('Still logged in').waitFor();
    await press(hybrid, 'kill -9, start empty', 'Redis');
    await said(hybrid).getByText('Still logged in').waitFor();
  });

  it('a frozen store is 503 and no logout; thawed, it serves again', async () => {
    const page = await open('x-ray/postgres');
    await press(page, 'Log in as Ada');
    await press(page, 'Freeze (SIGSTOP)');
    await said(page).getByText('Not logged out, but not served: 503').waitFor();
    await pane(page, 'Store').getByText('The store does not answer.').waitFor();
    await press(page, 'Thaw');
    await said(page).getByText('Served again, and still logged in').waitFor();
    await press(page, 'kill -9', 'Postgres');
    await said(page).getByText('503').waitFor();
    await press(page, 'kill -9, start with its log');
    await said(page).getByText('Served again, and still logged in').waitFor();
    await press(page, 'kill -9, start empty');
    await said(page).getByText('Logged out: 401').waitFor();
    await press(page, 'Log in as Ada'); // its tables are there again
    await pane(page, 'Store').getByText('"userId": "user-1"').waitFor();
  });

  it('time passes: idle, then too old', async () => {
    const page = await open('x-ray/koa');
    await press(page, 'Log in as Grace');
    await press(page, '+31 min');
    await said(page).getByText('Still logged in').waitFor();
    await press(page, '+34 min');
    await said(page).getByText('(idle timeout)').waitFor();
    await press(page, 'Log in as Grace');
    await press(page, '+13 h');
    await said(page).getByText('(absolute timeout)').waitFor();
    await press(page, 'Back to now');
    await page.getByText('Nobody is logged in.').waitFor();
  });

  it('of two instances, memory knows the session on one only', async () => {
    const page = await open('x-ray/memory');
    await press(page, 'Log in as Ada');
    await press(page, 'Start one, and take turns');
    await said(page)
      .getByText(/first instance says \d+, the second \d+/)
      .waitFor();
    await press(page, 'Stop it');
  });

  it('an attack wins on the server with the fault and loses on the example', async () => {
    const page = await open('attacks');
    await page.getByLabel('On the other side').selectOption('redis');
    await press(page, 'Play it');
    const played = page.getByRole('region', { name: 'What happened' });
    await played.getByText('THE ATTACKER WINS').waitFor();
    await played.getByText('the attacker loses').waitFor();
    await soon(() => played.locator('pre.minus').textContent()).toContain('req.session.userId');
    await soon(() => played.locator('pre.plus').textContent()).toContain('regenerate');
  });

  it('a cookie is explained, and a recommendation has its reasons', async () => {
    const page = await open('cookie');
    await press(page, 'Explain');
    await page.getByText('__Host- with Domain: browsers drop it.').waitFor();
    await page.goto(`${lab.page}#/decide`);
    await page.getByLabel('Who is there must go on').check();
    await page.getByRole('heading', { name: 'Take hybrid' }).waitFor();
    await page.getByLabel('Users who are logged in').fill('1000000');
    await page.getByText('2,000,000').waitFor();
  });

  it('an example is stopped and started from the overview', async () => {
    const page = await open();
    await press(page, 'Stop koa');
    await page.getByText('down').waitFor();
    await press(page, 'Start koa');
    await soon(() => page.getByText('up, ready').count()).toBe(5);
  });
});

describe('for everybody', () => {
  const views = ['', 'x-ray/hybrid', 'attacks', 'cookie', 'decide'];

  it.each(['light', 'dark'] as const)('axe-core finds nothing, %s', async (colorScheme) => {
    const page = await open('', { colorScheme });
    for (const view of views) {
      await page.goto(`${lab.page}#/${view}`);
      expect(await violations(page), view).toEqual([]);
    }
  });

  it.each([360, 1920])('nothing sticks out at %i px', async (width) => {
    const page = await open('', { viewport: { width, height: 800 } });
    for (const view of views) {
      await page.goto(`${lab.page}#/${view}`);
      if (view.startsWith('x-ray')) await press(page, 'Log in as Ada');
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      expect(wide, view).toBeLessThanOrEqual(width);
    }
  });

  it('the keyboard is enough', async () => {
    const page = await open('x-ray/redis');
    const login = page.getByRole('button', { name: 'Log in as Ada' });
    await login.waitFor();
    for (let tabs = 0; tabs < 30; tabs += 1) {
      await page.keyboard.press('Tab');
      if ((await page.locator(':focus').textContent()) === 'Log in as Ada') break;
    }
    await page.keyboard.press('Enter');
    await page.getByText('ada@example.com is logged in.').waitFor();
  });
});

describe('who may not', () => {
  const state = async () => (await fetch(`${lab.page}api/attacks`)).status;
  const act = async (path: string, headers: Record<string, string> = {}, body: unknown = {}) => {
    const answer = await fetch(new URL(path, lab.page), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return answer.status;
  };
  const kill = 'api/examples/memory/plugs/app-kill';
  const origin = 'http://127.0.0.1:1';

  it.each([
    ['without the token', `/${kill}`, {}, {}, 403],
    ['with another token', `/${'A'.repeat(32)}/${kill}`, {}, {}, 403],
    ['from another origin', kill, { origin: 'https://evil.example' }, {}, 403],
    ['from another port of this machine', kill, { origin }, {}, 403],
    ['from another site', kill, { 'sec-fetch-site': 'cross-site' }, {}, 403],
    ['for an example that there is not', kill.replace('memory', 'mysql'), {}, {}, 404],
    ['for a plug that there is not', kill.replace('app-kill', 'rm'), {}, {}, 404],
    ['for something it cannot do', 'api/examples/memory/acts', {}, { do: 'rm' }, 422],
    ['for a form', 'api/examples/memory/acts', { 'content-type': 'text/plain' }, {}, 422],
    ['for an attack that there is not', 'api/attacks/none', {}, { on: 'memory' }, 404],
    ['for an attack where it does not apply', 'api/attacks/plant-cookie', {}, { on: 'x' }, 404],
  ])('%s: refused, and nothing is done', async (_, path, headers, body, status) => {
    expect(await act(path, headers, body)).toBe(status);
    expect((await fetch(`${lab.urls['memory']}/healthz`)).status).toBe(200);
    expect(await state()).toBe(200);
  });

  it('by another name of this machine: DNS rebinding', async () => {
    const { port } = new URL(lab.page);
    const { request } = await import('undici');
    const { statusCode } = await request(lab.page, { headers: { host: `evil.example:${port}` } });
    expect(statusCode).toBe(421);
  });

  it('the page may load nothing from elsewhere, and nobody may frame it', async () => {
    const { headers } = await fetch(lab.page);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'/,
    );
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });
});

describe('the examples in a real browser', () => {
  const names = ['memory', 'redis', 'postgres', 'hybrid', 'koa'];
  const visitor = async (options: Parameters<Browser['newContext']>[0] = {}) => {
    const context = await chromium.newContext(options);
    onTestFinished(() => context.close());
    return context;
  };
  const logIn = async (context: BrowserContext, name: string) => {
    const page = await context.newPage();
    await page.goto(lab.urls[name] ?? '');
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password', { exact: true }).fill('lovelace-1815');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor();
    return page;
  };

  it.each([true, false])(
    'one browser is logged in on all five, JavaScript: %s',
    async (javaScriptEnabled) => {
      const context = await visitor({ javaScriptEnabled });
      await Promise.all(names.map((name) => logIn(context, name)));
      for (const name of names) {
        const page = await context.newPage();
        await page.goto(lab.urls[name] ?? '');
        await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor();
      }
    },
  );

  it.each(names)(
    '%s: script does not see the cookie, and back after the logout shows nothing',
    async (name) => {
      const page = await logIn(await visitor(), name);
      expect(await page.evaluate('document.cookie')).toBe('');
      expect((await page.context().cookies()).map((cookie) => cookie.name)).toContain(
        `sid_${name}`,
      );
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByRole('heading', { name: 'Log in' }).waitFor();
      await page.goBack();
      await page.getByRole('heading', { name: 'Log in' }).waitFor();
      expect(await page.getByText('Hello, Ada').count()).toBe(0);
    },
  );

  it('a form of another site is sent without the Lax cookie, one of the own site with it', async () => {
    const got: (string | undefined)[] = [];
    const target = await serve((req, res) => {
      if (req.method === 'POST') got.push(req.headers.cookie);
      res.end();
    });
    const form = `<form method="post" action="${target}"><button>Send</button></form>`;
    const elsewhere = await serve(
      (_, res) => void res.setHeader('content-type', 'text/html').end(form),
    );
    const context = await visitor();
    await context.addCookies([{ name: 'sid', value: '1', url: target, sameSite: 'Lax' }]);
    const page = await context.newPage();
    // localhost and 127.0.0.1 are two sites, and two ports of one are the same site.
    await page.goto(elsewhere.replace('127.0.0.1', 'localhost'));
    await page.getByRole('button').click();
    await soon(() => got.length).toBe(1);
    await page.goto(elsewhere);
    await page.getByRole('button').click();
    await soon(() => got.length).toBe(2);
    expect(got).toEqual([undefined, 'sid=1']);
  });

  it('__Host- with Domain is dropped, without it is kept', async () => {
    const url = await serve((_, res) => {
      const common = 'Path=/; Secure; HttpOnly; SameSite=Lax';
      res.setHeader('set-cookie', [
        `__Host-bad=1; ${common}; Domain=localhost`,
        `__Host-good=1; ${common}`,
      ]);
      res.end();
    });
    const context = await visitor();
    const page = await context.newPage();
    await page.goto(url.replace('127.0.0.1', 'localhost'));
    expect((await context.cookies()).map(({ name }) => name)).toEqual(['__Host-good']);
  });
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
