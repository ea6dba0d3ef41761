import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyAttack, FixedServer, Power } from './attack.ts';
import { playedOn } from './catalogue.ts';
import { type Played, playOnExample, playOnVulnerable } from './play.ts';
import { ExampleStages, openServer } from './stage.ts';
import { closeTargets, targets } from './targets.ts';

const LIMIT = 60_000;

const titleOf = ({ requirements, id, title }: AnyAttack) =>
  [...requirements.map((number) => `#${number}`), `${id}: ${title}`].join(' ');

function expectDefeat({ won, evidence, control }: Played): void {
  expect(control, control.evidence).toMatchObject({ passed: true });
  expect(won, evidence).toBe(false);
}

/** Each wins on its faulty server and on no example, and its control tells the two apart. */
export function attackSuite(attacks: readonly AnyAttack[]): void {
  describe('the server with the fault', () => {
    for (const attack of attacks) {
      it(`${attack.id}: ${attack.words.won[1]}`, { timeout: LIMIT }, async () => {
        const { won, evidence, control } = await playOnVulnerable(attack);
        expect(control, control.evidence).toMatchObject({ passed: true });
        expect(won, evidence).toBe(true);
      });
    }
  });

  // A server that refuses everybody would pass for one that no attack gets into.
  describe('a server that answers no to everyone', () => {
    const no: RequestListener = (_req, res) => void res.writeHead(403).end();

    it.each(attacks)('fails the control of $id', { timeout: LIMIT }, async (attack) => {
      const create: FixedServer<Power>['create'] = async (parts) => ({
        ...(await attack.vulnerable(parts)),
        listener: no,
      });
      const { surface, close } = await openServer(attack, { name: 'no', create });
      const { passed, evidence } = await attack.control(surface).finally(close);
      expect(passed, evidence).toBe(false);
    });
  });

  for (const target of targets) {
    describe(target.name, () => {
      let stages: ExampleStages;
      beforeAll(async () => {
        stages = await ExampleStages.open(target);
      }, LIMIT);
      afterAll(() => stages?.close());

      for (const attack of playedOn(target.name, attacks)) {
        it(`${titleOf(attack)}: ${attack.words.lost[1]}`, { timeout: LIMIT }, async () => {
          expectDefeat(await playOnExample(attack, stages));
        });
      }
    });
  }

  afterAll(closeTargets);
}
