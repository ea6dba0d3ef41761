import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exampleNames } from '../src/attack/report.ts';

const LIMIT = { timeout: 60_000 };
const command = fileURLToPath(new URL('../src/attack/command.ts', import.meta.url));
const attack = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', command, ...args], { encoding: 'utf8' });

describe('npm run attack', LIMIT, () => {
  it('plays one attack, and shows who wins where', () => {
    const { status, stdout, stderr } = attack('plant-cookie');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/attacker: GET \/profile → 200 +│ attacker: GET \/profile → 401/);
    expect(stdout).toContain('THE ATTACKER WINS');
    expect(stdout).toContain('Set-Cookie: sid=');
    for (const name of exampleNames) expect(stdout).toMatch(new RegExp(`examples/${name} +lost`));
    expect(stdout).toMatch(/^\+ .*req\.session\.regenerate/m);
  });

  it('--json is an array of outcomes', () => {
    const { status, stdout } = attack('skip-second-step', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      {
        id: 'skip-second-step',
        vulnerable: { won: true, evidence: expect.any(String) },
        fixed: { 'two-step server': { won: false, evidence: expect.any(String) } },
        control: { passed: true },
        doesNotApply: Object.fromEntries(exampleNames.map((name) => [name, expect.any(String)])),
      },
    ]);
  });

  it('leaves nothing running when it is told to stop', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', command]);
    const stores = () => storesOf(child.pid ?? 0);
    await expect.poll(stores, { timeout: 30_000, interval: 50 }).not.toEqual([]);
    const exited = once(child, 'exit');
    const started = stores();
    child.kill('SIGTERM');
    expect((await exited)[0]).toBe(130);
    for (const pid of started) expect(() => process.kill(pid, 0), `${pid}`).toThrow('ESRCH');
  });

  it('says which attacks there are when it is asked for another', () => {
    const { status, stdout, stderr } = attack('no-such-attack');
    expect([status, stdout]).toEqual([78, '']);
    expect(stderr).toMatch(/^Name one of these attacks.*: plant-cookie, .*, flood-store\n$/);
  });
});

/** The process ids of the stores that a process has started and not ended yet. */
function storesOf(parent: number): number[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const children = stdout.matchAll(/^ *(\d+) +(\d+) .*(?:-server .*:\d+|postgres -D)/gm);
  return [...children].flatMap(([, pid, ppid]) => (Number(ppid) === parent ? [Number(pid)] : []));
}
