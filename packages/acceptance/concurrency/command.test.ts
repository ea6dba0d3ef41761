import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exampleNames } from '../src/attack/report.ts';

const command = fileURLToPath(new URL('./command.ts', import.meta.url));
const concurrency = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', command, ...args], { encoding: 'utf8' });

describe('npm run concurrency', { timeout: 60_000 }, () => {
  it('plays one lesson, and shows how it goes where', () => {
    const { status, stdout, stderr } = concurrency('lost-update');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('IT GOES WRONG: both were told 200');
    expect(stdout).not.toMatch(/attacker/i);
    expect(stdout).toMatch(/examples\/memory +not played: no route waits/);
    for (const name of exampleNames.slice(1)) {
      expect(stdout).toMatch(new RegExp(`examples/${name} +well: who was told 200 is in the cart`));
    }
    expect(stdout).toMatch(/^\+ .*guard\.changeSession/m);
  });

  it('says which lessons there are when it is asked for another', () => {
    const { status, stdout, stderr } = concurrency('no-such-lesson');
    expect([status, stdout]).toEqual([78, '']);
    expect(stderr).toMatch(/^Name one of these lessons.*: lost-update, .*, early-redirect\n$/);
  });
});
