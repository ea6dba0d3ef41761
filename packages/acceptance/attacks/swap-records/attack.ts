import { isProfileOf, type Outcome, type Surface } from '../../src/attack/attack.ts';
import type { StoredRecord } from '../../src/attack/records.ts';
import { ADA, GRACE } from '../../src/browser.ts';

/** The attacker can write into the store: an injection, a Redis that listens to everybody. */
export async function attack({ person, records }: Surface<'records'>): Promise<Outcome> {
  const before = await records.dump();
  const admin = person('admin');
  await admin.logIn(GRACE);
  await admin.get('/profile');
  const theirs = newIn(await records.dump(), before);

  const attacker = person('attacker');
  await attacker.logIn(ADA);
  await attacker.get('/profile');
  const own = newIn(await records.dump(), [...before, ...theirs]);
  if (own.length === 0 || theirs.length === 0) throw new Error('no records were found');
  for (const { place, key } of own) {
    const other = theirs.find((record) => record.place === place);
    if (other) await records.write(place, key, other.value);
  }

  const profile = await attacker.get('/profile');
  const won = isProfileOf(profile, GRACE);
  const evidence = won
    ? `the admin's record under the attacker's id makes ${ADA.email} ${GRACE.email}`
    : `the admin's record under the attacker's id is void (${profile.status})`;
  return { won, evidence };
}

const newIn = (dump: readonly StoredRecord[], before: readonly StoredRecord[]) =>
  dump.filter(({ place, key }) => !before.some((old) => old.place === place && old.key === key));
