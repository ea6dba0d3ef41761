// A short run of `npm run chaos`: enough to notice what is badly broken. The long one is a command.
import { randomInt } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { type Plan, play } from './play.ts';
import { failures } from './verdict.ts';

vi.setConfig({ testTimeout: 5 * 60_000 });
const short = { operations: 800, faults: 2 };

it('the hybrid example keeps its promises', async () => {
  const seed = Number(process.env['CHAOS_SEED'] ?? randomInt(2 ** 31));
  const outcome = await play({ ...short, seed, script: 'instance.ts' });
  const again = `npm run chaos -- --seed ${seed} --operations ${short.operations}`;
  expect(failures(outcome), again).toEqual([]);
});

it('a naive hybrid is caught: a login is lost, a logout undone', async () => {
  const found = { lostLogins: 0, resurrectedLogouts: 0 };
  const plan: Omit<Plan, 'seed'> = { ...short, script: 'naive.ts' };
  for (let seed = 1; seed <= 4; seed++) {
    const { violations } = await play({ ...plan, seed });
    found.lostLogins += violations.lostLogins.length;
    found.resurrectedLogouts += violations.resurrectedLogouts.length;
    if (found.lostLogins > 0 && found.resurrectedLogouts > 0) return; // caught
  }
  expect.unreachable(`not caught in four runs: ${JSON.stringify(found)}`);
});
