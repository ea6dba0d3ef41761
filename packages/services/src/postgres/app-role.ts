import { createHmac } from 'node:crypto';
import { Client } from 'pg';

/**
 * Makes the role that an application serves requests with: it can log in and nothing else, until a
 * migration grants it something.
 *
 * @param ownerUrl of a server that was started here, as its owner.
 * @returns the URL of the same database for that role. Its password follows from the owner's, so that
 *   a second call, or a second terminal, gets the same.
 */
export async function appRole(ownerUrl: string, name = 'app'): Promise<string> {
  const url = new URL(ownerUrl);
  const password = createHmac('sha256', url.password).update(name).digest('base64url');
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    // Two at once: one of them finds the role made by the other.
    await client.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`).catch((error) => {
      if (!['42710', '23505'].includes(error.code)) throw error;
    });
  } finally {
    await client.end();
  }
  url.username = name;
  url.password = password;
  return url.href;
}
