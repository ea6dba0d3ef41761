// The account of each example at Redis: `default` is off, and the one that is left has the rules that
// security-helpers writes down. It must be enough, to the last command, and no more than enough.
import { startRedis } from '@session-lab/services';
import { createClient } from 'redis';
import { ManualClock, newSessionId, storeKey } from 'security-helpers';
import { type KeyKind, redisAcl } from 'security-helpers/redis';
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ADA, Browser } from '../src/browser.ts';
import { type Backend, launch, type Target } from '../src/target.ts';
import { hybrid } from '../src/targets/hybrid.ts';
import { koa } from '../src/targets/koa.ts';
import { closePostgres } from '../src/targets/postgres.ts';
import { redis } from '../src/targets/redis.ts';

type Client = ReturnType<typeof newClient>;

const newClient = (url: string) =>
  createClient({ url, socket: { reconnectStrategy: false } }).on('error', () => undefined);

// What a script is told depends on the version of Redis.
const DENIED = /NOPERM|ACL failure in script|user executing the script can't/;

const examples: [name: string, target: Target, kinds: [KeyKind, ...KeyKind[]]][] = [
  ['redis', redis, ['session', 'user', 'throttle']],
  ['koa', koa, ['session', 'user', 'throttle']],
  ['hybrid', hybrid, ['hot']],
];

describe.each(examples)('%s', (_name, target, kinds) => {
  const [kind] = kinds;
  let backend: Backend;
  let admin: Client;
  let namespace: string;
  let rules: string[];

  beforeEach(async () => {
    const opened = await target.openBackend();
    namespace = opened.env['SESSION_NAMESPACE'] ?? target.name;
    rules = redisAcl(namespace, kinds).split(' ');
    const url = new URL(opened.env['REDIS_URL'] ?? '');
    admin = await newClient(url.href).connect();
    await admin.aclSetUser('app', ['on', '>hunter2', ...rules]);
    await admin.aclSetUser('default', 'off'); // this connection stays what it is
    url.username = 'app';
    url.password = 'hunter2';
    backend = { ...opened, env: { ...opened.env, REDIS_URL: url.href } };
  }, 120_000);
  afterEach(async () => {
    admin?.destroy();
    await backend?.close();
  });
  afterAll(closePostgres);

  it('#63 may do what sessions need: nothing is denied, and nothing is allowed in vain', async () => {
    await admin.configResetStat();
    const clock = new ManualClock();
    const app = await launch(target, backend, { clock });
    try {
      const browser = new Browser(app.url);
      expect((await browser.get('/readyz')).json).not.toMatchObject({ redis: 'down' });
      expect((await browser.post('/cart', { item: 'apple' })).status).toBe(200);
      const wrong = { ...ADA, password: 'wrong' };
      expect((await browser.logIn(wrong)).status).toBe(401);
      // A counter that would stay for ever is given an end by the next who counts.
      for (const key of await admin.keys('*:throttle:*')) await admin.persist(key);
      expect((await browser.logIn(wrong)).status).toBe(401);
      expect((await browser.logIn()).status).toBe(200);
      expect((await new Browser(app.url).logIn()).status).toBe(200);
      expect((await browser.get('/profile')).status).toBe(200);
      expect((await browser.get('/sessions')).status).toBe(200);
      expect((await browser.send('DELETE', '/sessions')).status).toBe(204);
      expect((await browser.get('/sessions')).status).toBe(200); // tidies the list up
      expect((await browser.post('/cart', { item: 'pear' })).status).toBe(200);
      clock.advance(1_000_000); // enough for the next request to push the expiry
      expect((await browser.get('/cart')).json.items).toEqual(['apple', 'pear']);
      expect((await browser.post('/logout')).status).toBe(204);
      expect((await browser.get('/profile')).status).toBe(401);
    } finally {
      await app.close();
    }
    const stats = await admin.info('commandstats');
    const used = [...stats.matchAll(/^cmdstat_([^:]+):/gm)].map(([, command]) => command);
    const notOurs = ['hello', 'config|resetstat', 'keys', 'persist'];
    const ours = used.filter((name = '') => !notOurs.includes(name)).sort();
    const allowed = rules.filter((rule) => rule.startsWith('+')).map((rule) => rule.slice(1));
    expect(ours).toEqual(allowed.sort());
    expect(await admin.aclLog()).toEqual([]);
  });

  const mayWait = async () => {
    const replica = await startRedis();
    onTestFinished(() => replica.close());
    const follower = await newClient(replica.url).connect();
    onTestFinished(() => follower.destroy());
    await admin.aclSetUser('default', 'on');
    await admin.configSet('repl-diskless-sync-delay', '0');
    const { port } = new URL(backend.env['REDIS_URL'] ?? '');
    await follower.sendCommand(['REPLICAOF', '127.0.0.1', port]);
    await expect
      .poll(() => admin.info('replication'), { timeout: 20_000 })
      .toContain('state=online');
    await admin.aclSetUser('default', 'off');
    const waiting = redisAcl(namespace, kinds, { wait: true }).split(' ');
    await admin.aclSetUser('app', waiting);
    await admin.configResetStat();
    const app = await launch(target, backend, { env: { REDIS_WAIT_REPLICAS: '1' } });
    try {
      const browser = new Browser(app.url);
      expect((await browser.logIn()).status).toBe(200);
      expect((await browser.post('/logout')).status).toBe(204);
    } finally {
      await app.close();
    }
    const stats = await admin.info('commandstats');
    for (const command of waiting.filter((rule) => !rules.includes(rule))) {
      expect(stats).toContain(`cmdstat_${command.slice(1)}:`);
    }
    expect(await admin.aclLog()).toEqual([]);
  };
  if (kind === 'session') it('#63 may wait for replicas, where it is to', mayWait);

  it('#63 and no more: no other command, and nobody else’s keys, in scripts neither', async () => {
    const app = await newClient(backend.env['REDIS_URL'] ?? '').connect();
    try {
      const key = `${namespace}:${kind}:${storeKey(newSessionId())}`;
      const foreign = `other:${kind}:${storeKey(newSessionId())}`;
      const otherKind = `${namespace}:${kind === 'hot' ? 'user' : 'hot'}:x`;
      await admin.set(foreign, 'a record of somebody else');
      const read = rules.includes('+get') ? 'GET' : 'GETEX';
      expect(await app.sendCommand([read, key])).toBeNull();
      for (const command of [
        [read, foreign],
        [read, otherKind],
        ['SET', foreign, 'x'],
        ['DEL', foreign],
        ['DEL', key, foreign],
        ['EVAL', `return redis.call("${read}", KEYS[1])`, '1', foreign],
        ['EVAL', `return redis.call("${read}", "${foreign}")`, '0'],
        ['EVAL', `return redis.call("DEL", "${foreign}")`, '1', key],
        ['EVAL', 'return redis.call("KEYS", "*")', '0'],
        ['FLUSHALL'],
        ['FLUSHDB'],
        ['CONFIG', 'GET', '*'],
        ['KEYS', '*'],
        ['KEYS', `${namespace}:${kind}:*`],
        ['SCAN', '0'],
        ['DBSIZE'],
        ['RANDOMKEY'],
        ['RENAME', key, `${key}x`],
        ['DUMP', key],
        ['PERSIST', key],
        ['MONITOR'],
        ['SUBSCRIBE', 'x'],
        ['PUBLISH', 'x', 'y'],
        ['CLIENT', 'LIST'],
        ['ACL', 'LIST'],
        ['ACL', 'SETUSER', 'app', 'allcommands'],
        ['SCRIPT', 'FLUSH'],
        ['FUNCTION', 'LIST'],
        ['MODULE', 'LIST'],
        ['REPLICAOF', '127.0.0.1', '1'],
        ['SHUTDOWN', 'NOSAVE'],
      ]) {
        const answer = app.sendCommand(command);
        await expect(answer, command.join(' ')).rejects.toThrow(DENIED);
      }
      expect(await admin.get(foreign)).toBe('a record of somebody else');
    } finally {
      app.destroy();
    }
    const { host } = new URL(backend.env['REDIS_URL'] ?? '');
    const nobody = newClient(`redis://${host}`);
    const asked = nobody.connect().then(() => nobody.get('x'));
    await expect(asked).rejects.toThrow(/NOAUTH/);
    nobody.destroy();
  });
});
