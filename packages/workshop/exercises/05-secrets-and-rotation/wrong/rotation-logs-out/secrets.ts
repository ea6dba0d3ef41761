/** The secrets that sign the session cookie, newest first. */
export function readSecrets(env: NodeJS.ProcessEnv): string[] {
  const secret = env['SESSION_SECRET'] ?? '';
  if (secret.length < 32 || secret === 'please-change-me-before-the-shop-opens') {
    throw new Error('SESSION_SECRET is missing, too short, or the one of the example.');
  }
  for (const each of secret.split(',')) {
    if (each.length < 32) throw new Error('SESSION_SECRET has a secret that is too short.');
  }
  return [secret];
}
