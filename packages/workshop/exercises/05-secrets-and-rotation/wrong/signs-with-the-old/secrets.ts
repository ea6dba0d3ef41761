/** The secrets that sign the session cookie. */
export function readSecrets(env: NodeJS.ProcessEnv): string[] {
  const secrets = (env['SESSION_SECRET'] ?? '').split(',').map((secret) => secret.trim());
  for (const secret of secrets) {
    if (secret.length < 32 || secret === 'please-change-me-before-the-shop-opens') {
      throw new Error('SESSION_SECRET is missing, too short, or the one of the example.');
    }
  }
  // Most cookies are of the older one: it is tried first.
  return secrets.reverse();
}
