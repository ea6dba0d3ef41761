import { isProfileOf, type Outcome, type Surface } from '../../src/attack/attack.ts';
import { elsewhere } from '../../src/attack/person.ts';
import { ADA } from '../../src/browser.ts';

/** The attacker has an account, and wants the victim to use it: what they enter lands there. */
export async function attack({ person }: Surface): Promise<Outcome> {
  for (const page of elsewhere) {
    const victim = person('victim');
    await victim.submitFrom(page, '/login', ADA);
    if (isProfileOf(await victim.get('/profile'), ADA)) {
      const evidence = `${page.where} has logged the victim in to the account of the attacker`;
      return { won: true, evidence };
    }
  }
  return { won: false, evidence: `${elsewhere.length} forged logins have logged nobody in` };
}
