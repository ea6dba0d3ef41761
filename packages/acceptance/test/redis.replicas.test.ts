// REDIS_WAIT_REPLICAS, on a Redis with a replica: a login and a logout are confirmed when the
// replica has them. One that is frozen has heard of nothing.
import { startRedis } from '@session-lab/services';
import { createClient } from 'redis';
import { connectReplicas } from 'security-helpers/redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Browser, replay } from '../src/browser.ts';
import { launch, type Target } from '../src/target.ts';
import { koa } from '../src/targets/koa.ts';
import { redis } from '../src/targets/redis.ts';

const until = { timeout: 20_000, interval: 100 };

async function openPair() {
  const [primary, replica] = await Promise.all([startRedis(), startRedis()]);
  onTestFinished(() => Promise.all([primary.close(), replica.close()]).then(() => undefined));
  const [client, follower] = [await connect(primary.url), await connect(replica.url)];
  await client.configSet('repl-diskless-sync-delay', '0');
  await follower.sendCommand(['REPLICAOF', '127.0.0.1', new URL(primary.url).port]);
  await expect.poll(() => client.info('replication'), until).toContain('state=online');
  // It may still be loading what it was sent, and acknowledges nothing until then.
  expect(await client.wait(1, until.timeout)).toBe(1);
  await client.configResetStat();
  return { url: primary.url, client, replica };
}

async function connect(url: string) {
  const client = createClient({ url }).on('error', () => undefined);
  onTestFinished(() => client.destroy());
  return client.connect();
}

async function start(target: Target, url: string, settings: Record<string, string>) {
  const backend = { env: { REDIS_URL: url }, close: async () => undefined };
  // Generous: a WAIT of a second is the longest there is.
  const app = await launch(target, backend, { env: { STORE_DEADLINE_MS: '5000', ...settings } });
  onTestFinished(() => app.close());
  const logIn = async () => {
    const browser = new Browser(app.url);
    expect((await browser.logIn()).status).toBe(200);
    return browser;
  };
  return { app, logIn };
}

const examples: [name: string, target: Target][] = [
  ['redis', redis],
  ['koa', koa],
];

describe.each(examples)('%s', (_name, target) => {
  const waiting = { REDIS_WAIT_REPLICAS: '1' };

  it('refuses a login that no replica has, and goes on serving who is there', async () => {
    const { url, replica, client } = await openPair();
    const { app, logIn } = await start(target, url, waiting);
    const browser = await logIn();
    await replica.freeze();
    const refused = await new Browser(app.url).logIn();
    expect(refused).toMatchObject({ status: 503, setCookies: [] });
    // What was written is taken away again.
    await expect.poll(() => client.keys('*:session:*'), until).toHaveLength(1);
    expect((await browser.get('/profile')).status).toBe(200);
    expect((await browser.post('/cart', { item: 'apple' })).status).toBe(200);
    expect((await browser.get('/sessions')).status).toBe(200);
    await replica.thaw();
    await expect.poll(async () => (await new Browser(app.url).logIn()).status, until).toBe(200);
  });

  it('#31 says "logged out" only when a replica has it, however often one tries', async () => {
    const { url, replica } = await openPair();
    const { app, logIn } = await start(target, url, waiting);
    const browser = await logIn();
    const cookie = await browser.cookieHeader();
    const logOut = async () => (await browser.post('/logout')).status;
    await replica.freeze();
    expect(await logOut()).toBe(503);
    // It has happened all the same: as long as this Redis lives, the cookie is worth nothing.
    expect((await replay(app.url, cookie)).status).toBe(401);
    expect(await logOut()).toBe(503);
    await replica.thaw();
    await expect.poll(logOut, until).toBe(204);
  });

  it('#31 says "ended" of other sessions only when a replica has it, half ended too', async () => {
    const { url, replica } = await openPair();
    const { app, logIn } = await start(target, url, waiting);
    const [browser, other] = [await logIn(), await logIn()];
    const endOthers = async () => (await browser.delete('/sessions')).status;
    await replica.freeze();
    expect(await endOthers()).toBe(503);
    expect((await replay(app.url, await other.cookieHeader())).status).toBe(401);
    expect((await browser.get('/sessions')).json.sessions).toHaveLength(1);
    expect(await endOthers()).toBe(503);
    await replica.thaw();
    await expect.poll(endOthers, until).toBe(204);
  });

  it('keeps nobody else waiting while it waits for a replica', async () => {
    const { url, replica, client } = await openPair();
    const { app, logIn } = await start(target, url, waiting);
    const browser = await logIn();
    await replica.freeze();
    const blocked = async () => (await client.info('clients')).includes('blocked_clients:1');
    let answers: number[] = [];
    // Once more, where the machine stood still for as long as the login waits.
    for (let tries = 0; tries < 5 && answers[0] !== 200; tries++) {
      answers = [];
      const refused = new Browser(app.url).logIn().then(({ status }) => answers.push(status));
      await expect.poll(blocked, { ...until, interval: 10 }).toBe(true);
      answers.push((await browser.get('/profile')).status);
      await refused;
    }
    expect(answers).toEqual([200, 503]);
    await replica.thaw();
  });

  it('costs four commands a login and two a logout, and none when it is off', async () => {
    const { url, client } = await openPair();
    const count = async (settings: Record<string, string>) => {
      const before = await connections(client);
      const { app, logIn } = await start(target, url, settings);
      const opened = (await connections(client)) - before;
      await client.configResetStat();
      const browser = await logIn();
      const login = await calls(client);
      await client.configResetStat();
      expect((await browser.post('/logout')).status).toBe(204);
      const logout = await calls(client);
      await app.close();
      await expect.poll(() => connections(client), until).toBe(before);
      return { login, logout, opened };
    };
    const off = await count({});
    expect(off).toMatchObject({ logout: { get: 1, getdel: 1 }, opened: 1 });
    expect(Object.keys(off.logout)).toHaveLength(2);
    expect(Object.keys(off.login)).not.toContain('wait');
    expect(await count({ REDIS_WAIT_REPLICAS: '0' })).toEqual(off);
    expect(await count(waiting)).toMatchObject({
      login: { eval: (off.login['eval'] ?? 0) + 2, wait: 2 },
      logout: { eval: 1, wait: 1 },
      opened: 2,
    });
  });
});

type Client = Awaited<ReturnType<typeof connect>>;

async function connections(client: Client): Promise<number> {
  return Number(/connected_clients:(\d+)/.exec(await client.info('clients'))?.[1]);
}

/** How often an application has sent what, its scripts' own commands among them. */
async function calls(client: Client): Promise<Record<string, number>> {
  const stats = await client.info('commandstats');
  const found = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)];
  const notOurs = ['ping', 'info', 'config|resetstat', 'replconf'];
  const ours = found.filter(([, name = '']) => !notOurs.includes(name));
  return Object.fromEntries(ours.map(([, name = '', times]) => [name, Number(times)]));
}

describe('what is confirmed', () => {
  const lists = { prefix: 'shop:session:', users: { prefix: 'shop:user:', longestMs: 60_000 } };

  async function open() {
    const { url, client, replica } = await openPair();
    const wanted = { waitReplicas: 1, storeBudgetMs: 5000, ...lists };
    const { confirm, close } = await connectReplicas({ redisUrl: url }, wanted);
    onTestFinished(close);
    if (!confirm) throw new Error('nothing is confirmed');
    return { client, replica, confirm };
  }

  it('is what was changed, and it stays as it is', async () => {
    const { client, confirm } = await open();
    await client.set('shop:session:a', 'record', { expiration: { type: 'PX', value: 60_000 } });
    await client.zAdd('shop:user:ada', { score: 1, value: 'a' });
    await client.pExpire('shop:user:ada', 60_000);
    const ends = await client.pExpireTime('shop:session:a');
    await confirm({ add: 'a', drop: ['b'] }, 'ada');
    expect(await client.get('shop:session:a')).toBe('record');
    // Its time to live is read and set again, and each looks at the clock by itself: a millisecond.
    const drift = (await client.pExpireTime('shop:session:a')) - ends;
    expect(Math.abs(drift)).toBeLessThan(1000);
    expect(await client.exists('shop:session:b')).toBe(0);
    expect(await client.zRange('shop:user:ada', 0, -1)).toEqual(['a']);
  });

  it('is not what another server does not know, which has taken over', async () => {
    const { client, confirm } = await open();
    await client.set('shop:session:a', 'record', { expiration: { type: 'PX', value: 60_000 } });
    await expect(confirm({ add: 'b' })).rejects.toThrow('has taken over');
    await expect(confirm({ add: 'a' }, 'ada')).rejects.toThrow('has taken over');
    await expect(confirm({ drop: ['a'] })).rejects.toThrow('has taken over');
    expect(await client.get('shop:session:a')).toBe('record');
  });

  it('shares one WAIT with whatever came at once: the line stays short', async () => {
    const { client, confirm } = await open();
    await Promise.all(Array.from({ length: 20 }, (_, key) => confirm({ drop: [String(key)] })));
    expect(await calls(client)).toMatchObject({ wait: 1, eval: 20 });
  });

  it('is not what the replica does not have', async () => {
    const { replica, confirm } = await open();
    await replica.freeze();
    await expect(confirm({ drop: ['a'] })).rejects.toThrow('0 of 1 replicas');
    await replica.thaw();
    await expect.poll(() => confirm({ drop: ['a'] }), until).toBeUndefined();
  });
});
