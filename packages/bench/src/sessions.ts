import { setTimeout as wait } from 'node:timers/promises';
import { Browser } from '@session-lab/acceptance';
import { emailOf, PASSWORD } from '../../acceptance/overload/person.ts';

/** The headers of somebody who has logged in; of a server without sessions, the same without. */
export type Headers = Record<string, string>;

const AT_ONCE = 10;
const ATTEMPTS = 20;
const RETRY_MS = 250;

/**
 * Logs in, each time as somebody new.
 *
 * @param users how many accounts there are: with fewer than sessions, some log in several times.
 * @throws Error when somebody was not let in.
 */
export async function openSessions(url: string, count: number, users: number): Promise<Headers[]> {
  const headers: Headers[] = [];
  let next = 0;
  const work = async () => {
    while (next < count) {
      const index = next++;
      headers[index] = await logIn(url, emailOf(index % users));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return headers;
}

async function logIn(url: string, email: string): Promise<Headers> {
  const browser = new Browser(url);
  for (let attempt = 1; ; attempt++) {
    const { status, text } = await browser.logIn({ email, password: PASSWORD });
    if (status === 200) break;
    // A cold server on a busy machine; nothing is measured yet.
    if (status !== 503 || attempt === ATTEMPTS) {
      throw new Error(`a login was answered ${status}: ${text}`);
    }
    await wait(RETRY_MS);
  }
  const cookie = await browser.cookieHeader();
  return {
    'content-type': 'application/json',
    ...(cookie && { cookie }),
    ...(browser.csrfToken !== undefined && { 'x-csrf-token': browser.csrfToken }),
  };
}
