import { randomBytes } from 'node:crypto';

/** The secrets that sign the session cookie, newest first. */
export function readSecrets(env: NodeJS.ProcessEnv): string[] {
  const secret = env['SESSION_SECRET'] ?? randomBytes(32).toString('hex');
  return secret.split(',');
}
