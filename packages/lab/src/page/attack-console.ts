import type { AnyAttack, Played, Theatre } from '@session-lab/acceptance/attack';
import { examples } from '../examples.ts';
import type { AttackTitle, PlayedAttack, Side } from './api.ts';

/** Plays attacks as `npm run attack` does, one after the other, on stores of their own. */
export class AttackConsole {
  #theatre: Theatre | undefined;
  #last: Promise<unknown> = Promise.resolve();

  async list(): Promise<AttackTitle[]> {
    const { attacks, whyNotOn } = await library();
    return attacks.map((attack) => ({
      id: attack.id,
      title: attack.title,
      on:
        attack.fixed === 'examples'
          ? examples.flatMap(({ name }) => (whyNotOn(attack, name) === undefined ? name : []))
          : [attack.fixed.name],
    }));
  }

  /** @param on one of its `on`. */
  play(id: string, on: string): Promise<PlayedAttack> {
    const turn = this.#last.then(() => this.#play(id, on));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#theatre?.close();
  }

  async #play(id: string, on: string): Promise<PlayedAttack> {
    const { attacks, playOnVulnerable, quote, Theatre } = await library();
    const attack = attacks.find((each) => each.id === id);
    if (!attack) throw new TypeError(`there is no attack ${id}`);
    this.#theatre ??= new Theatre();
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

/** All attacks with all their servers: much to load for whoever plays none. */
const library = () => import('@session-lab/acceptance/attack');

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
