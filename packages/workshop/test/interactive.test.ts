import { renameSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { partOf, read, SOLUTION, TOO_LOUD } from './mini-course.ts';
import { isRunning, run, runChild, sit, temporaryCourse } from './support.ts';

const IN_TIME = { timeout: 30_000 };
const hasPid = (path: string) => () => Number(read(path)) > 0;

it('checks again at each save, until the exercise is passed', async () => {
  const folder = temporaryCourse();
  const { shown, ended } = runChild(folder, ['watch', '02']);
  await expect.poll(shown, IN_TIME).toContain('Seen: GET /part answered "still here"');
  writeFileSync(partOf(folder), TOO_LOUD);
  await expect.poll(shown, IN_TIME).toContain('Hint 1 of 3: First hint.');
  // As many editors do it.
  writeFileSync(`${folder}/part.ts.new`, SOLUTION);
  renameSync(`${folder}/part.ts.new`, partOf(folder));
  await expect.poll(shown, IN_TIME).toContain('Result: passed, 1 of 2');
  expect(await ended).toBe(0);
});

it('does not wait for a check whose files were saved again', async () => {
  const folder = temporaryCourse();
  const { shown } = runChild(folder, ['watch', '02']);
  await expect.poll(shown, IN_TIME).toContain('still here');
  writeFileSync(partOf(folder), looping('pid'));
  const pid = `${folder}/workspace/02-part/pid`;
  await expect.poll(hasPid(pid), IN_TIME).toBe(true);
  writeFileSync(partOf(folder), SOLUTION);
  await expect.poll(shown, IN_TIME).toContain('Result: passed');
  expect(isRunning(Number(read(pid)))).toBe(false);
  expect(shown()).not.toContain('no answer');
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 130],
  ['SIGKILL', null],
] as const)('leaves no shop behind at %s, be it in an endless loop', async (signal, code) => {
  const folder = temporaryCourse();
  const { shown, child, ended } = runChild(folder, ['watch', '02']);
  await expect.poll(shown, IN_TIME).toContain('still here');
  writeFileSync(partOf(folder), looping('pid'));
  const pid = `${folder}/workspace/02-part/pid`;
  await expect.poll(hasPid(pid), IN_TIME).toBe(true);
  child.kill(signal);
  expect(await ended).toBe(code);
  await expect.poll(() => isRunning(Number(read(pid))), IN_TIME).toBe(false);
});

it('shows the story, a bar and the keys at a terminal, and goes on with Enter', async () => {
  const folder = temporaryCourse();
  const { shown, press, ended } = sit(folder);
  await expect.poll(shown, IN_TIME).toContain('Enter go on');
  expect(shown()).toContain('01 · Greet');
  expect(shown()).toContain('✓ Passed.');
  press('\r');
  await expect.poll(shown, IN_TIME).toContain('h hint');
  expect(shown()).toContain('02 · Part');
  expect(shown()).toContain('1 of 2 passed');
  press('n');
  await expect.poll(shown, IN_TIME).toContain('All others are passed.');
  press('h');
  await expect.poll(shown, IN_TIME).toContain('First hint.');
  press('h');
  await expect.poll(shown, IN_TIME).toContain('Second hint.');
  expect(shown().split('First hint.')).toHaveLength(2); // it is still on the screen
  press('q');
  expect(await ended).toBe(0);
});

it('shows what was looked at last when all are passed, and goes on to nowhere', async () => {
  const folder = temporaryCourse();
  await run(folder);
  await run(folder, 'start', '02');
  writeFileSync(partOf(folder), SOLUTION);
  expect((await run(folder)).text).toContain('2 of 2');
  await run(folder, 'start', '01');
  const { shown, press, ended } = sit(folder);
  await expect.poll(shown, IN_TIME).toContain('All exercises are passed.');
  expect(shown()).toContain('01 · Greet');
  await expect.poll(shown, IN_TIME).toContain('q quit');
  expect(shown()).not.toContain('Enter go on');
  press('q');
  expect(await ended).toBe(0);
});

it('asks before it shows a solution or lays the exercise out anew', async () => {
  const folder = temporaryCourse();
  const { shown, press, ended } = sit(folder, 'start', '02');
  await expect.poll(shown, IN_TIME).toContain('h hint');
  press('d');
  await expect.poll(shown, IN_TIME).toContain('Show a solution all the same?');
  press('n');
  writeFileSync(partOf(folder), TOO_LOUD);
  await expect.poll(shown, IN_TIME).toContain('Nobody likes to be shouted at.');
  press('d');
  await expect.poll(() => shown().split('Show a solution').length, IN_TIME).toBeGreaterThan(2);
  press('y');
  await expect.poll(shown, IN_TIME).toContain("+export const part = () => 'bye';");
  press('r');
  await expect.poll(shown, IN_TIME).toContain('Lay the exercise out anew?');
  press('y');
  await expect.poll(shown, IN_TIME).toContain('part.ts.1.mine');
  press('\x03');
  expect(await ended).toBe(130);
  expect(read(`${partOf(folder)}.1.mine`)).toBe(TOO_LOUD);
});

it('ends at Ctrl-C, also when it has just asked something', async () => {
  const folder = temporaryCourse();
  const { shown, press, ended } = sit(folder, 'start', '02');
  await expect.poll(shown, IN_TIME).toContain('h hint');
  press('r');
  await expect.poll(shown, IN_TIME).toContain('Lay the exercise out anew?');
  press('\x03');
  expect(await ended).toBe(130);
});

it('goes to another exercise of the list', async () => {
  const folder = temporaryCourse();
  const { shown, press } = sit(folder, 'start', '02');
  await expect.poll(shown, IN_TIME).toContain('h hint');
  press('l');
  await expect.poll(shown, IN_TIME).toContain('0 of 2 passed. Go to');
  press('\x1b[A\r');
  await expect.poll(shown, IN_TIME).toContain('01 · Greet');
  await expect.poll(shown, IN_TIME).toContain('✓ Passed.');
});

const looping = (file: string) => `import { renameSync, writeFileSync } from 'node:fs';
export function part(): string {
  writeFileSync('${file}', String(process.pid));
  for (;;);
}
`;
