/** The secrets that sign the session cookie, newest first. */
export function readSecrets(env: NodeJS.ProcessEnv): string[] {
  const secret = env['SESSION_SECRET'];
  if (!secret && env['NODE_ENV'] === 'production') throw new Error('SESSION_SECRET is missing.');
  return (secret ?? 'only-for-development-on-my-own-machine').split(',');
}
