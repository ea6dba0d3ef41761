import type { Outcome, Surface } from '../../src/attack/attack.ts';
import { elsewhere } from '../../src/attack/person.ts';
import { ADA } from '../../src/browser.ts';

/** The victim, who is logged in, opens a page of the attacker: it submits a form by itself. */
export async function attack({ person }: Surface): Promise<Outcome> {
  const victim = person('victim');
  await victim.logIn(ADA);
  for (const page of elsewhere) {
    await victim.submitFrom(page, '/cart', { item: `forged by ${page.where}` });
  }
  const { items = [] } = (await victim.get('/cart')).json;
  const forged = items.filter((item) => item.startsWith('forged'));
  const evidence =
    forged.length > 0
      ? `in the victim's cart is what they never put there: "${forged[0]}"`
      : `${elsewhere.length} forged forms have changed nothing`;
  return { won: forged.length > 0, evidence };
}
