import { createHmac } from 'node:crypto';
import { deriveKeys } from 'security-helpers';

/** What manuals, tutorials and templates sign with. */
export const words: readonly string[] = [
  ...['keyboard cat', 'secret', 'secretkey', 'your-secret-key', 'your_secret_key', 'mysecret'],
  ...['my secret', 'session', 'session secret', 'sessionsecret', 'supersecret', 'super secret'],
  ...['changeme', 'change me', 'change-me', 'password', 'passw0rd', '123456', '12345678'],
  ...['shhh', 'shhhh', 'shhhhh', 's3cr3t', 'cat', 'development', 'dev', 'test', 'default', 'key1'],
];

export interface Guess {
  secret: string;
  /** What is signed. */
  payload: string;
  /** The `Cookie` header for another payload. */
  sign(payload: string): string;
}

interface Format {
  /** The payload and the signature in a `Cookie` header. */
  pattern: RegExp;
  mac(payload: string, key: string): string;
  header(payload: string, mac: string): string;
}

const hmac = (hash: string, payload: string, key: string) =>
  createHmac(hash, key).update(payload).digest('base64url');

/** How Express and Koa sign cookies, the latter with either hash. */
const formats: readonly Format[] = [
  {
    pattern: /=s%3A([^.;]+)\.([^;]+)/,
    mac: (payload, key) => hmac('sha256', payload, key),
    header: (payload, mac) => `connect.sid=s%3A${payload}.${mac}`,
  },
  ...['sha1', 'sha256'].map((hash) => ({
    pattern: /^([^;]+=[^;]+); [^;=]+\.sig=([^;]+)/,
    mac: (payload: string, key: string) => hmac(hash, payload, key),
    header: (payload: string, mac: string) =>
      `${payload}; ${payload.replace(/=.*/, '')}.sig=${mac}`,
  })),
];

/** Tries all words on one cookie, as they are and as Session Lab derives its keys from a secret. */
export function guess(cookie: string): Guess | undefined {
  for (const { pattern, mac, header } of formats) {
    const [, payload, signature] = pattern.exec(cookie) ?? [];
    if (!payload || !signature) continue;
    const given = Buffer.from(decodeURIComponent(signature), 'base64').toString('base64url');
    for (const secret of words) {
      const [derived] = deriveKeys([Buffer.from(secret)]).cookie;
      const key = [secret, derived].find((each) => mac(payload, each) === given);
      if (key) return { secret, payload, sign: (other) => header(other, mac(other, key)) };
    }
  }
  return undefined;
}
