// Somebody can write into the store, and has the key or has not: what they leave under the id of a
// session is that session, or none.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import {
  cookiePolicy,
  newFields,
  newSessionId,
  type OpenedStore,
  readConfig,
  seal,
  storeKey,
} from 'security-helpers';
import { connectRedis } from 'security-helpers/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECRET } from '../src/target.ts';
import { examples, exchange, forAll, fuzzBefore, type RawRequest } from './support.ts';

describe.each(examples)('%s', (_name, target) => {
  const test = fuzzBefore(target);
  let opened: OpenedStore;
  let url: string;
  let close: () => unknown = () => undefined;
  let copyTo: (key: string, text: string) => Promise<unknown>;

  beforeAll(async () => {
    const env = { STORE_DEADLINE_MS: '10000', ...test.backend.env, SESSION_SECRET: SECRET };
    const config = readConfig(env, { name: target.name, port: 0 });
    opened = await target.openStore(env, config, test.clock);
    url = test.url;
    if (target.name === 'hybrid') {
      const client = await connectRedis(test.backend.env['REDIS_URL'] ?? '');
      close = () => client.destroy();
      // A copy begins with the process that it was given to.
      const [, runId] = /^run_id:(\w+)/m.exec(await client.info('server')) ?? [];
      copyTo = (key, text) =>
        client.set(`${config.namespace}:hot:${key}`, `${runId}:${text}`, { PX: 60_000 });
    }
    if (target.shared) return;
    // A store in the memory of another server is out of reach: the middlewares, on one of our own.
    const [app] = target.miniApps;
    const server = createServer(
      app.create({
        store: opened.store,
        cookie: cookiePolicy({ name: 'sid', production: false }),
        config,
        clock: test.clock,
        audit: () => undefined,
        pause: async () => undefined,
      }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    close = () => server.close();
  });
  afterAll(async () => {
    close();
    await opened?.close();
  });

  it('#52 #54 #55 a record that is not as we write them is no session, once, and then gone', async () => {
    const { keys } = readConfig({ SESSION_SECRET: SECRET }, { name: target.name, port: 0 });
    const now = test.clock.now();
    const user = { userId: 'user-1', authority: 'member' };
    const valid = { ...newFields(now), ...user, authenticatedAt: now, renewedAt: now };
    const seen = new Set<number>();

    const requests = fc.record({
      record: fc.oneof(
        fc.oneof(anything, damage).map((change) => ({ change })),
        contents(valid).map((sealed) => ({ sealed })),
      ),
      /** Of the two places that hybrid has, the one that is asked first. */
      inCopy: target.name === 'hybrid' ? fc.boolean() : fc.constant(false),
      route: fc.constantFrom('GET /profile', 'GET /', 'GET /cart', 'POST /cart', 'POST /logout'),
    });

    await forAll(requests, async ({ record, inCopy, route }) => {
      const id = newSessionId();
      const key = storeKey(id);
      const sealed = (contents: string) => seal(contents, key, keys.seal[0]);
      const good = sealed(JSON.stringify(valid));
      const made = 'sealed' in record ? sealed(record.sealed) : record.change(good);
      // Postgres keeps no NUL, so nobody can have left one there.
      const text = Buffer.from(made.replaceAll('\0', '')).toString() || ' ';
      await opened.store.insert(key, inCopy ? good : text, 60_000);
      if (inCopy) await copyTo(key, text);

      const [method = '', path = ''] = route.split(' ');
      const body = Buffer.from(path === '/cart' && method === 'POST' ? '{"item":"apple"}' : '');
      const cookie = ['cookie', target.cookies.signed('sid', id, keys.cookie[0])] as const;
      const ask = async (asked: RawRequest) => {
        const [status = 0] = (await exchange(url, asked)).statuses;
        expect(status).toBeLessThan(500);
        expect(test.printed.mock.calls).toEqual([]);
        return status;
      };
      await ask({
        method,
        path,
        headers: [
          ...[['host', 'x'] as const, cookie],
          ['content-type', 'application/json'],
          ['content-length', `${body.length}`],
        ],
        body,
      });
      const status = await ask({
        method: 'GET',
        path: '/profile',
        headers: [['host', 'x'], cookie],
      });
      seen.add(status);
      expect([200, 401]).toContain(status);
      if ('sealed' in record) return;
      // Only who has the key can make a session: nobody becomes anybody by damage or by chance.
      expect(status).toBe(401);
      // Kept is what another instance may be able to open, with a secret that we do not have.
      // So begins a packed one, and what comes next is taken for the name of its key.
      if (target.shared && text.startsWith('\x01')) return;
      const [version, keyId, nonce, rest, ...more] = text.split('.');
      const isWhole = version === 'v1' && keyId && nonce && rest && more.length === 0;
      if (isWhole && keyId !== keys.seal[0].id) return;
      expect(await opened.store.read(key)).toBeNull();
    });
    expect(seen).toEqual(new Set([200, 401]));
    await test.expectHonestService();
  });
});

type Change = (envelope: string) => string;

const anything: fc.Arbitrary<Change> = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc
      .tuple(fc.constantFrom('v1', 'v2', ''), fc.array(fc.base64String(), { maxLength: 5 }))
      .map(([version, parts]) => [version, ...parts].join('.')),
  )
  .map((text) => () => text);

const damage: fc.Arbitrary<Change> = fc
  .tuple(fc.constantFrom('cut', 'flip', 'drop', 'double', 'nonce'), fc.nat(10_000))
  .map(([how, place]) => (envelope) => {
    const at = place % (envelope.length - 1); // of the last character, not every bit counts
    const here = envelope.charAt(at);
    switch (how) {
      case 'cut':
        return envelope.slice(0, at);
      case 'drop':
        return envelope.slice(0, at) + envelope.slice(at + 1);
      case 'double':
        return `${envelope}.${envelope}`;
      case 'nonce':
        return envelope.replace(/^(v1\.[^.]+)\.[^.]+/, '$1.AAAA');
      default:
        return envelope.slice(0, at) + (here === 'A' ? 'B' : 'A') + envelope.slice(at + 1);
    }
  });

/** What somebody with the key could seal: the fields of a session, with something odd among them. */
function contents(valid: object): fc.Arbitrary<string> {
  const odd = fc.oneof(
    fc.constantFrom('null', '0', '-1', '1', '1e300', '9007199254740993', '0.5', '""', '[]', '{}'),
    fc.constantFrom(
      'true',
      '8640000000000001',
      '"__proto__"',
      '"user-2"',
      '"\\u0000"',
      '"\\ud800"',
    ),
    fc.constantFrom('1795546297292', `"${'A'.repeat(43)}"`, `"${'A'.repeat(22)}"`),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.array(fc.string(), { maxLength: 150 }).map((items) => JSON.stringify(items)),
  );
  const name = fc.oneof(
    fc.constantFrom('handle', 'createdAt', 'lastSeenAt', 'authenticatedAt', 'userId', 'cart'),
    fc.constantFrom('authority', 'freshUntil', 'renewedAt', 'rememberUntil', 'client', 'successor'),
    fc.constantFrom('__proto__', 'constructor', 'cookie', 'save', 'toJSON', 'regenerate', 'maxAge'),
    fc.constantFrom('_expire', '_maxAge', '_session', 'req', 'id', 'isNew', 'externalKey', 'then'),
  );
  const fields = JSON.stringify(valid).slice(1, -1);
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.array(fc.tuple(name, odd), { maxLength: 3 }).map(
        // The last of two keys with one name counts.
        (pairs) => `{${[fields, ...pairs.map(([key, value]) => `"${key}":${value}`)].join(',')}}`,
      ),
    },
    odd,
    fc.string(),
  );
}
