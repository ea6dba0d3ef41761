import { request } from 'undici';
import { laterAnswers } from '../../src/attack/later-answers.ts';
import { ADA } from '../../src/browser.ts';
import type { Exhibit } from '../exhibit.ts';

export const visit: Exhibit['visit'] = async (open) => {
  const { url, store } = await open();
  const held = store.slowLine.hold(); // the store is slow
  const login = request(`${url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADA),
  });
  // Either the answer has come although the write has not, or the answer waits for the write.
  await held.arrived;
  const early = await Promise.race([login, laterAnswers(url)]);
  const cookie = [early?.headers['set-cookie'] ?? ''].flat()[0]?.split(';')[0] ?? '';
  const followed = early && (await request(`${url}/profile`, { headers: { cookie } }));
  await followed?.body.dump();
  held.release();
  await (await login).body.dump();

  const won = early?.statusCode === 302 && followed?.statusCode === 401;
  const evidence = won
    ? 'the browser follows the redirect before the session is saved, and is not logged in (401)'
    : 'the redirect comes after the session was saved';
  return { won, evidence };
};
