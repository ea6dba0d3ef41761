import {
  type AnyAttack,
  attacks,
  type Played,
  playOnVulnerable,
  quote,
  Theatre,
  whyNotOn,
} from '@session-lab/acceptance/attack';
import { examples } from '../examples.ts';
import type { AttackTitle, PlayedAttack, Side } from './api.ts';

/** Plays attacks as `npm run attack` does, one after the other, on stores of their own. */
export class AttackConsole {
  readonly #theatre = new Theatre();
  #last: Promise<unknown> = Promise.resolve();

  list(): AttackTitle[] {
    return attacks.map((attack) => ({ id: attack.id, title: attack.title, on: placesOf(attack) }));
  }

  /** @param on one of its `on`. */
  play(id: string, on: string): Promise<PlayedAttack> {
    const attack = attacks.find((each) => each.id === id);
    if (!attack) throw new TypeError(`there is no attack ${id}`);
    const turn = this.#last.then(() => this.#play(attack, on));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#theatre.close();
  }

  async #play(attack: AnyAttack, on: string): Promise<PlayedAttack> {
    const vulnerable = await playOnVulnerable(attack);
    const fixed = await this.#theatre.playOn(attack, on);
    const { fault, fix } = attack.difference;
    return {
      id: attack.id,
      title: attack.title,
      sides: [
        sideOf(attack, 'The server with the fault', vulnerable),
        sideOf(attack, attack.fixed === 'examples' ? `The ${on} example` : on, fixed),
      ],
      difference: [
        { sign: '-', ...quote(fault) },
        ...fix.map((each) => ({ sign: '+' as const, ...quote(each) })),
      ],
    };
  }
}

/** The examples that it is played on, or the server that it brings. */
function placesOf(attack: AnyAttack): string[] {
  if (attack.fixed !== 'examples') return [attack.fixed.name];
  return examples.map(({ name }) => name).filter((name) => whyNotOn(attack, name) === undefined);
}

function sideOf({ words }: AnyAttack, title: string, played: Played): Side {
  const { won, evidence, control, exchanges } = played;
  return {
    title,
    won,
    verdict: (won ? words.won : words.lost)[0],
    evidence,
    control: control.evidence,
    exchanges,
  };
}
