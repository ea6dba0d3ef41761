import { randomBytes } from 'node:crypto';
import type { Example } from './examples.ts';

const secret = (bytes: number) => randomBytes(bytes).toString('base64url');

/** The text of a `.env`: secrets that nobody else has, and the stores of compose.yaml. */
export function envFile({ needs }: Example): string {
  const lines = [
    '# For this machine only: not in git. .env.example has what else can be set.',
    `SESSION_SECRET=${secret(48)}`,
  ];
  if (needs.length > 0)
    lines.push('', '# The stores of compose.yaml; put your own in their place.');
  if (needs.includes('redis')) {
    const password = secret(18);
    lines.push(`REDIS_PASSWORD=${password}`, `REDIS_URL=redis://:${password}@127.0.0.1:6379`);
  }
  if (needs.includes('postgres')) {
    const [owner, app] = [secret(18), secret(18)];
    const at = '127.0.0.1:5432/sessions';
    lines.push(
      `POSTGRES_PASSWORD=${secret(18)}`,
      `OWNER_PASSWORD=${owner}`,
      `APP_PASSWORD=${app}`,
      `DATABASE_URL=postgres://app:${app}@${at}`,
      `MIGRATION_DATABASE_URL=postgres://app_owner:${owner}@${at}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
