import { ADA } from '../../src/browser.ts';
import type { Exhibit } from '../exhibit.ts';
import { hashed } from './hashed.ts';

export const visit: Exhibit['visit'] = async (open) => {
  const hall = await open();
  await hall.person('visitor').logIn(ADA);
  const { hash } = hashed(ADA.password);
  const records = await hall.store.records.dump();
  const won = records.some(({ value }) => value.includes(hash));
  const evidence = won
    ? 'whoever reads the session store has the password hashes of all who are logged in'
    : `${records.length} session record, and no password hash in it`;
  return { won, evidence };
};
