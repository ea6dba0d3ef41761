import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { partOf, read, SOLUTION, TOO_LOUD } from './mini-course.ts';
import { run, temporaryCourse } from './support.ts';

it('lays out the first exercise that is not passed, checks it once and goes on', async () => {
  const folder = temporaryCourse();
  const first = await run(folder);
  expect(first.code).toBe(0);
  expect(first.text).toBe(`Progress: 0 of 2 passed
Exercise: 01, Greet
File: ${folder}/workspace/01-greet/greet.ts
Ada comes.
Your task: Nothing.
Result: passed, 1 of 2
Next: 02, Part
`);

  const second = await run(folder);
  expect(second.code).toBe(1);
  expect(second.text).toBe(`Progress: 1 of 2 passed
Exercise: 02, Part
File: ${folder}/workspace/02-part/part.ts
Ada *stays* and stays.
And stays.
Your task: Change \`part.ts\`.
The shop: The exercises before this one are solved in it, our way.
Result: not yet
Seen: GET /part answered "still here".
`);

  writeFileSync(partOf(folder), TOO_LOUD);
  const third = await run(folder);
  expect(third.code).toBe(1);
  expect(third.text).toContain(`Result: not yet
Seen: GET /part answered "BYE".
Why this is not enough: Nobody likes to be shouted at.
Hint 1 of 3: First hint.
`);

  writeFileSync(partOf(folder), SOLUTION);
  const last = await run(folder, '--plain');
  expect(last.code).toBe(0);
  expect(last.text).toContain(`Result: passed, 2 of 2
What this does not solve: Coming back.
Next: nothing is left. All exercises are passed.
`);
  expect(await run(folder)).toEqual({ code: 0, text: 'All 2 exercises are passed.\n' });
});

it('shows one more hint with each other answer, and none for the same one again', async () => {
  const folder = temporaryCourse();
  const hints = async (answer: string) => {
    writeFileSync(partOf(folder), answer);
    return [...(await run(folder, 'check', '02')).text.matchAll(/^Hint (\d)/gm)].length;
  };
  await run(folder, 'start', '02');
  expect(await hints(read(partOf(folder)))).toBe(0);
  expect(await hints(TOO_LOUD)).toBe(1);
  expect(await hints(TOO_LOUD)).toBe(1);
  expect(await hints(TOO_LOUD.replace('BYE', 'Bye'))).toBe(2);
  expect(await hints('const slip of the pen')).toBe(2);
  expect(await hints(TOO_LOUD)).toBe(3);
  expect(await hints(TOO_LOUD.replace('BYE', 'BYe'))).toBe(3);
});

it('shows hints when asked for, the ones before with them', async () => {
  const folder = temporaryCourse();
  await run(folder, 'hint', '2');
  expect((await run(folder, 'hint', '2')).text).toBe(
    'Hint 1 of 3: First hint.\nHint 2 of 3: Second hint.\n',
  );
  await run(folder, 'hint', '2');
  expect((await run(folder, 'hint', '2')).text).toMatch(/^All hints are shown\.\nHint 1/);
});

it('lists the exercises, and what is passed', async () => {
  const folder = temporaryCourse();
  await run(folder);
  expect(await run(folder, 'list')).toEqual({
    code: 0,
    text: '01  passed   Greet\n02  current  Part\nProgress: 1 of 2 passed\n',
  });
});

it('goes where it is told, and stays there', async () => {
  const folder = temporaryCourse();
  expect((await run(folder, 'start', '02-part')).text).toContain('Exercise: 02, Part');
  expect((await run(folder)).text).toContain('Exercise: 02, Part');
  expect((await run(folder, 'next')).text).toContain('Exercise: 01, Greet');
  expect((await run(folder)).text).toContain('Exercise: 01, Greet');
});

it('goes on behind the exercise that was passed, and comes back to what was left out', async () => {
  const folder = temporaryCourse();
  await run(folder, 'start', '02');
  writeFileSync(partOf(folder), SOLUTION);
  expect((await run(folder)).text).toContain('Next: 01, Greet');
  expect((await run(folder)).text).toContain('Exercise: 01, Greet');
});

it('goes to the one that it has named as the next', async () => {
  const folder = temporaryCourse();
  expect((await run(folder)).text).toContain('Next: 02, Part');
  expect((await run(folder, 'next')).text).toContain('Exercise: 02, Part');
  expect((await run(folder, 'list')).text).toContain('02  current');
});

it('never overwrites what the learner wrote; a reset keeps it', async () => {
  const folder = temporaryCourse();
  await run(folder, 'start', '02');
  const starter = read(partOf(folder));
  writeFileSync(partOf(folder), TOO_LOUD);
  await run(folder, 'start', '02');
  expect(read(partOf(folder))).toBe(TOO_LOUD);

  const { code, text } = await run(folder, 'reset', '02');
  expect(code).toBe(0);
  expect(text).toContain('What you had is kept: part.ts.1.mine');
  expect(read(partOf(folder))).toBe(starter);
  expect(read(`${partOf(folder)}.1.mine`)).toBe(TOO_LOUD);

  writeFileSync(partOf(folder), SOLUTION);
  await run(folder, 'reset', '02');
  await run(folder, 'reset', '02');
  expect(read(`${partOf(folder)}.1.mine`)).toBe(TOO_LOUD);
  expect(read(`${partOf(folder)}.2.mine`)).toBe(SOLUTION);
  expect(existsSync(`${partOf(folder)}.3.mine`)).toBe(false);
});

it('says that a file was deleted, and lays it out again at a reset', async () => {
  const folder = temporaryCourse();
  await run(folder, 'start', '02');
  rmSync(partOf(folder));
  const { code, text } = await run(folder);
  expect(code).toBe(1);
  expect(text).toContain('Trouble: part.ts is not there. A reset lays it out again.');
  await run(folder, 'reset', '02');
  expect((await run(folder)).text).toContain('Seen:');
});

it('shows the way to the solution when it is passed, or when that is wanted', async () => {
  const folder = temporaryCourse();
  const early = await run(folder, 'diff', '02');
  expect(early.code).toBe(1);
  expect(early.text).not.toContain('bye');
  const wanted = await run(folder, 'diff', '02', '--yes');
  expect(wanted.code).toBe(0);
  expect(wanted.text).toContain("-export const part = () => 'still here';");
  expect(wanted.text).toContain("+export const part = () => 'bye';");

  writeFileSync(partOf(folder), SOLUTION.replace('bye', 'so long'));
  await run(folder, 'check', '02');
  expect((await run(folder, 'diff', '02')).text).toContain("-export const part = () => 'so long';");
});

it.each([
  ['not JSON', '{"passed": ["01-gr'],
  ['of another shape', '{"passed": "all"}'],
])('keeps a progress file aside that is %s', async (_, damaged) => {
  const folder = temporaryCourse();
  await run(folder);
  const workspace = join(folder, 'workspace');
  writeFileSync(join(workspace, 'progress.json'), damaged);
  const { code, text } = await run(folder, 'list');
  expect(code).toBe(0);
  expect(text.split('\n')[0]).toBe(
    'progress.json could not be read. It is kept as progress.json.1.damaged, and the progress ' +
      'begins anew.',
  );
  expect(readFileSync(join(workspace, 'progress.json.1.damaged'), 'utf8')).toBe(damaged);
  expect((await run(folder)).code).toBe(0);
  expect((await run(folder, 'list')).text).toContain('01  passed');
});

it.each([
  [['start', '99'], 'There is no exercise 99: they are 01 to 02.'],
  [['fly'], 'There is no command fly: they are list, start, next,'],
  [['start'], 'Name an exercise, as in: npm run workshop start 03'],
  [['list', '02'], 'list takes nothing else.'],
  [['check', '01', '02'], 'check takes one exercise.'],
])('refuses %j in a sentence', async (args, sentence) => {
  const asked = run(temporaryCourse(), ...args);
  await expect(asked).rejects.toMatchObject({
    exitCode: 78,
    message: expect.stringContaining(sentence),
  });
});

it('writes nothing when it is only asked for help', async () => {
  const folder = temporaryCourse();
  const { code, text } = await run(folder, '--help');
  expect(code).toBe(0);
  expect(text).toMatch(/^Usage: npm run workshop/);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(readdirSync(folder)).not.toContain('workspace');
});
