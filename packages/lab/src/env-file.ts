import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/**
 * Gives a folder a `.env` with a secret of its own. One that is there is never touched: another
 * secret would log everybody out.
 *
 * @returns whether it was written.
 */
export async function writeEnvFileOnce(folder: string): Promise<boolean> {
  const text =
    '# Written by `npm start`, for this machine only: not in git. .env.example has what can be set.\n' +
    `SESSION_SECRET=${randomBytes(48).toString('base64url')}\n`;
  try {
    // wx: between looking whether it exists and writing it, another start could have written one.
    await writeFile(join(folder, '.env'), text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** What a server in this folder will see: its `.env`, and the environment, which wins. */
export async function readSettings(
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<NodeJS.ProcessEnv> {
  return { ...parseEnv(await readFile(join(folder, '.env'), 'utf8')), ...env };
}
