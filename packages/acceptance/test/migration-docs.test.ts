import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BACK, FIRST, HOT_SECONDS, THERE } from '../migration/steps.ts';
import { root } from '../src/report/workspaces.ts';

it('docs/migration.md has the steps that the test takes, with the same settings', () => {
  const rows = readFileSync(join(root, 'docs/migration.md'), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, number = '', name, settings]) => ({ number, name, settings }))
    .filter(({ number }) => /^\d+$/.test(number))
    .filter(({ number }, index) => Number(number) === index);
  const steps = [FIRST, ...THERE, ...BACK];
  expect(rows.map(({ name }) => name)).toEqual(steps.map(({ name }) => name));
  for (const [index, { env }] of steps.entries()) {
    const { EXAMPLE: _, ...settings } = env;
    // How long copies live is shorter in the test, so that it does not take long.
    if (settings['HYBRID_HOT_SECONDS'] === String(HOT_SECONDS))
      settings['HYBRID_HOT_SECONDS'] = '60';
    const wanted = Object.entries(settings).map(([name, value]) => `\`${name}=${value}\``);
    expect(rows[index]?.settings, `step ${index}`).toBe(wanted.join(' '));
  }
});
