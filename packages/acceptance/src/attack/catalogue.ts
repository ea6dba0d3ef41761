import { attacks } from '../../attacks/index.ts';
import type { AnyAttack } from './attack.ts';

/** Why an attack is not played on an example; undefined where it is. */
export function whyNotOn(attack: AnyAttack, example: string): string | undefined {
  if (attack.fixed !== 'examples') return `no example has the routes; see ${attack.fixed.name}`;
  return attack.doesNotApply[example];
}

/** The attacks that are played on an example. */
export function playedOn(example: string, all = attacks): AnyAttack[] {
  return all.filter((attack) => whyNotOn(attack, example) === undefined);
}
