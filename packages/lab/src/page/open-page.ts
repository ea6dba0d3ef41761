import { randomBytes } from 'node:crypto';
import { listen } from 'security-helpers';
import { createPageApp } from './app.ts';
import { AttackConsole } from './attack-console.ts';
import type { Desk } from './desk.ts';

const PORT = 3000;

/** The lab page, while it can be opened. */
export interface OpenPage {
  /** With the token. */
  url: string;
  close(): Promise<void>;
}

/**
 * @param files where the built page is.
 * @throws UnavailableError when the port is taken.
 */
export async function openPage(
  desk: Desk,
  files: string,
  env: NodeJS.ProcessEnv,
): Promise<OpenPage> {
  const token = randomBytes(24).toString('base64url');
  const console = new AttackConsole();
  const port = Number(env['SESSION_LAB_PORT'] || (env['PORT'] === '0' ? 0 : PORT));
  const server = await listen(createPageApp({ token, desk, console, files }), {
    port,
    host: '127.0.0.1',
    setting: 'SESSION_LAB_PORT',
  });
  return {
    url: `${server.url}/${token}/`,
    async close() {
      desk.close();
      await console.close();
      await server.close();
    },
  };
}
