const MIN_LENGTH = 32; // what is shorter can be guessed from one cookie, without asking the shop
const EXAMPLE = 'please-change-me-before-the-shop-opens'; // of .env.example: everybody has it
const HOW =
  "make one with: node -p \"require('node:crypto').randomBytes(32).toString('base64url')\"";

/**
 * The secrets that sign the session cookie, newest first: the first signs, all of them verify.
 *
 * @throws Error one sentence, without the value. There is no default: one in the code is known to
 *   everybody who can read it, a random one logs everybody out at each restart.
 */
export function readSecrets(env: NodeJS.ProcessEnv): string[] {
  const secrets = (env['SESSION_SECRET'] ?? '').split(',').map((secret) => secret.trim());
  // Each of them: whatever is in the list makes cookies that the shop believes.
  if (secrets.some((secret) => secret.length < MIN_LENGTH || secret === EXAMPLE)) {
    throw new Error(
      `SESSION_SECRET needs secrets of ${MIN_LENGTH} characters or more that nobody knows: ${HOW}`,
    );
  }
  return secrets;
}
