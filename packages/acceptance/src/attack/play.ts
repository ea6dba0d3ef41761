import type { AnyAttack, Exchange, Outcome, Passage } from './attack.ts';
import { type ExampleStages, openServer, type Stage } from './stage.ts';

/** What came of one attack on one server. */
export interface Played extends Outcome {
  control: Passage;
  /** Of the attack alone. */
  exchanges: Exchange[];
}

/** The server with the fault. */
export function playOnVulnerable(attack: AnyAttack): Promise<Played> {
  return playOn(attack, openServer(attack));
}

/** The server without it, where the attack brings one. */
export function playOnFixedServer(attack: AnyAttack): Promise<Played> {
  if (attack.fixed === 'examples') throw new TypeError(`${attack.id} has no server of its own`);
  return playOn(attack, openServer(attack, attack.fixed));
}

export function playOnExample(attack: AnyAttack, example: ExampleStages): Promise<Played> {
  return playOn(attack, example.openFor(attack));
}

/** The honest user comes first: an attack may leave a server behind that answers nobody. */
async function playOn(attack: AnyAttack, opening: Promise<Stage>): Promise<Played> {
  const { surface, exchanges, close } = await opening;
  try {
    const control = await attack.control(surface);
    exchanges.length = 0;
    const { won, evidence } = await attack.attack(surface);
    return { won, evidence, control, exchanges };
  } finally {
    await close();
  }
}
