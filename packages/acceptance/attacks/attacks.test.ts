import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyAttack, FixedServer, Power } from '../src/attack/attack.ts';
import { playedOn } from '../src/attack/catalogue.ts';
import { type Played, playOnExample, playOnVulnerable } from '../src/attack/play.ts';
import { ExampleStages, openServer } from '../src/attack/stage.ts';
import { closeTargets, targets } from '../src/attack/targets.ts';
import { attacks } from './index.ts';

const LIMIT = 60_000;

const titleOf = ({ requirements, id, title }: AnyAttack) =>
  `${requirements.map((number) => `#${number}`).join(' ')} ${id}: ${title}`;

function expectDefeat({ won, evidence, control }: Played): void {
  expect(control, control.evidence).toMatchObject({ passed: true });
  expect(won, evidence).toBe(false);
}

describe('the server with the fault', () => {
  it.each(attacks)('$id wins', { timeout: LIMIT }, async (attack) => {
    const { won, evidence, control } = await playOnVulnerable(attack);
    expect(control, control.evidence).toMatchObject({ passed: true });
    expect(won, evidence).toBe(true);
  });
});

// A server that refuses everybody would pass for one that no attack gets into.
describe('a server that answers no to everyone', () => {
  const no: RequestListener = (_req, res) => void res.writeHead(403).end();

  it.each(attacks)('fails the control of $id', { timeout: LIMIT }, async (attack) => {
    const create: FixedServer<Power>['create'] = (parts) => ({
      ...attack.vulnerable(parts),
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

    for (const attack of playedOn(target.name)) {
      it(`${titleOf(attack)}: fails`, { timeout: LIMIT }, async () => {
        expectDefeat(await playOnExample(attack, stages));
      });
    }
  });
}

afterAll(closeTargets);
