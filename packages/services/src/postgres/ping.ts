import { Socket } from 'node:net';
import { Client } from 'pg';

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl: false;
}

/** A server that says this is alive. */
export const full = 'has no connection left';

/**
 * Logs in and asks for an answer, on a connection of its own.
 * @param limitMs milliseconds for all of it: a frozen server accepts a connection and says nothing
 * @returns `undefined` when it answers, else the reason in words that hold no part of `target`
 */
export async function whyNotAnswering(
  target: Login | { connectionString: string },
  limitMs: number,
): Promise<string | undefined> {
  const socket = new Socket();
  let timer: NodeJS.Timeout | undefined;
  try {
    const client = new Client({ ...target, stream: () => socket });
    client.on('error', () => undefined); // the query below rejects as well
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), limitMs);
    });
    // The goodbye is waited for: until then it would take a place that somebody else may need.
    const asked = client
      .connect()
      .then(() => client.query('select 1'))
      .then(() => client.end());
    asked.catch(() => undefined); // when it is late, it fails once the socket is gone
    await Promise.race([asked, late]);
    return undefined;
  } catch (error) {
    return inWords(error);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** SQLSTATEs: https://www.postgresql.org/docs/18/errcodes-appendix.html */
function inWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : '';
  if (/^28/.test(code) || message.startsWith('SASL')) return 'refuses the user or password';
  if (code === '3D000') return 'has no database of that name';
  if (code === '57P03') return 'is not ready yet';
  if (code === '53300') return full;
  if (/^[0-9A-Z]{5}$/.test(code)) return `answers with an error (SQLSTATE ${code})`;
  return `does not answer${/^[A-Z_]+$/.test(code) ? ` (${code})` : ''}`;
}
