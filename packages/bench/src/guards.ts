import { randomBytes } from 'node:crypto';
import {
  csrfToken,
  deriveKeys,
  findSessionCookie,
  isAllowedOrigin,
  isCsrfToken,
  judge,
  newFields,
  newSessionId,
  open,
  parseSecrets,
  recordSchema,
  seal,
  storeKey,
} from 'security-helpers';
import { sign, verify } from 'security-helpers/express';
import { Bench } from 'tinybench';
import { z } from 'zod';
import { clientLabel } from '../../security-helpers/src/client-label.ts';

/** What one guard takes of each request that it looks at. */
export interface GuardCost {
  guard: string;
  /** Which attack it is for. */
  against: string;
  microseconds: number;
}

const LIFETIME = { idleMs: 1_800_000, absoluteMs: 43_200_000 };
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** Runs each guard by itself, in this process. @param ms how long each one is run. */
export async function measureGuards(ms: number): Promise<GuardCost[]> {
  const keys = deriveKeys(parseSecrets(randomBytes(48).toString('base64url')));
  const id = newSessionId();
  const key = storeKey(id);
  const now = Date.now();
  const fields = {
    ...newFields(now),
    userId: 'user-1',
    authenticatedAt: now,
    client: clientLabel(BROWSER, '203.0.113.7'),
    cart: ['an apple', 'a pear'],
  };
  const schema = recordSchema({ cart: z.array(z.string()).optional() });
  const text = JSON.stringify(fields);
  const [sealKey] = keys.seal;
  const envelope = seal(text, key, sealKey);
  const signed = sign(id, keys.cookie[0]);
  const cookie = `sid=${encodeURIComponent(signed)}`;
  const token = csrfToken(keys, fields.handle);
  const own = ['https://shop.example'];
  const headers = { 'sec-fetch-site': 'same-origin', origin: 'https://shop.example' };

  const guards: [guard: string, against: string, run: () => unknown][] = [
    ['where a request comes from', 'forged requests', () => isAllowedOrigin('POST', headers, own)],
    ['find the session cookie', 'two cookies', () => findSessionCookie(cookie, 'sid')],
    ['verify its signature', 'made-up ids', () => verify(signed, keys.cookie)],
    ['hash the id', 'a stolen dump', () => storeKey(id)],
    ['open the record', 'swapped records', () => open(envelope, key, keys.seal)],
    ['seal the record', 'swapped records', () => seal(text, key, sealKey)],
    ['check the record', 'what else is in a store', () => schema.parse(JSON.parse(text))],
    ['judge its times', 'sessions for ever', () => judge(fields, LIFETIME, now)],
    ['name the client', 'unseen thieves', () => clientLabel(BROWSER, '203.0.113.7')],
    ['make the token', 'forged requests', () => csrfToken(keys, fields.handle)],
    ['check the token', 'forged requests', () => isCsrfToken(keys, fields.handle, token)],
  ];
  const bench = new Bench({ time: ms, warmupTime: ms / 4 });
  for (const [guard, , run] of guards) bench.add(guard, () => void run());
  await bench.run();
  return guards.map(([guard, against]) => {
    const result = bench.getTask(guard)?.result;
    if (!result || !('latency' in result)) throw new Error(`${guard} could not be measured`);
    return { guard, against, microseconds: result.latency.p50 * 1000 };
  });
}
