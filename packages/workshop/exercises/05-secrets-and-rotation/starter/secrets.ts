/** The secrets that sign the session cookie, newest first. */
export function readSecrets(env: NodeJS.ProcessEnv): string[] {
  return [env['SESSION_SECRET'] ?? 'keyboard cat'];
}
