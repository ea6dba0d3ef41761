import { writeFileSync } from 'node:fs';
import { replay } from '@session-lab/acceptance';
import { expect, it, onTestFinished } from 'vitest';
import type { Limits } from '../src/course.ts';
import { type Exercise, expect as need } from '../src/exercise.ts';
import { Learner } from '../src/learner.ts';
import { play } from '../src/play.ts';
import { folderOf } from '../src/workspace.ts';
import { miniCourse, partOf, read, SOLUTION } from './mini-course.ts';
import { isRunning, temporaryCourse } from './support.ts';

const part = "export const part = () => 'bye';";

/** Checks the second exercise with this code of the learner's. */
async function check(code: string, limits: Partial<Limits> = {}, changed: Partial<Exercise> = {}) {
  const folder = temporaryCourse();
  const course = miniCourse(folder, limits);
  const learner = new Learner(course);
  const exercise = learner.find('02');
  learner.prepare(exercise);
  writeFileSync(partOf(folder), code);
  return play({ ...exercise, ...changed }, folderOf(course, exercise), course);
}

/** A check that asks with a client that has no limit of its own. */
const patient: Partial<Exercise> = {
  async check({ start }) {
    await replay((await start()).url, 'a=b', '/part');
  },
};

it('names file, line and text of a syntax error', async () => {
  expect(await check(`const fine = 1;\nexport const part = = 'bye';\n`)).toEqual({
    outcome: 'broken',
    sentence: 'part.ts, line 2, cannot be read: Unexpected "=".',
    source: "part.ts:2  export const part = = 'bye';",
  });
  expect(await check('export const part = () => {\n')).toEqual({
    outcome: 'broken',
    sentence: 'part.ts, line 2, cannot be read: Unexpected end of file.',
  });
});

it('names what is thrown at the start', async () => {
  expect(await check(`${part}\n\nthrow new Error('no such luck');\n`)).toEqual({
    outcome: 'broken',
    sentence: 'part.ts, line 3: Error: no such luck.',
    source: "part.ts:3  throw new Error('no such luck');",
  });
  expect(await check(`${part}\nundefinedThing();`)).toMatchObject({
    sentence: 'part.ts, line 2: ReferenceError: undefinedThing is not defined.',
  });
  expect(await check(`${part}\nthrow 'a text';`)).toMatchObject({
    sentence: 'This was thrown: a text.',
  });
});

it('says that a file is empty, or exports something else', async () => {
  expect(await check('\n')).toMatchObject({
    outcome: 'broken',
    sentence: 'part.ts is empty. A reset lays it out again.',
  });
  expect(await check('export const depart = 1;\n')).toMatchObject({
    outcome: 'broken',
    sentence: 'part.ts exports no `part`, which server.ts imports.',
  });
});

it('says why a file of answers cannot be read', async () => {
  const asked: Partial<Exercise> = {
    async check({ exportsOf }) {
      const { answer } = await exportsOf('part.ts');
      need(answer === 42, 'no-answer', `It says ${answer}.`);
    },
  };
  expect(await check('export const answer = 42;\n', {}, asked)).toEqual({ outcome: 'passed' });
  expect(await check('export const answer = ;\n', {}, asked)).toMatchObject({
    sentence: 'part.ts, line 1, cannot be read: Unexpected ";".',
  });
  expect(await check('for (;;);\n', { startMs: 1000 }, asked)).toMatchObject({
    outcome: 'broken',
    sentence: 'part.ts could not be read. Does it end the process, or take longer than a second?',
  });
});

it('says which import is not there', async () => {
  expect(await check(`import { a } from './b.ts';\nexport const part = () => a;\n`)).toMatchObject({
    sentence: 'part.ts imports b.ts, which is not there.',
  });
  expect(await check(`import a from 'nixda-x';\nexport const part = () => a;\n`)).toMatchObject({
    sentence: 'part.ts imports the package nixda-x, which is not there.',
  });
});

it('says that the shop ended by itself', async () => {
  expect(await check(`${part}\nprocess.exit(3);\n`)).toEqual({
    outcome: 'broken',
    sentence: 'The shop ended by itself before it listened (exit code 3).',
  });
  expect(await check(`${part}\nawait new Promise(() => undefined);\n`)).toMatchObject({
    sentence: 'The shop ended by itself: an await at the top of a file never ends.',
  });
});

it('does not wait for a shop that never listens', async () => {
  expect(await check(`${part}\nfor (;;);\n`, { startMs: 1000 })).toEqual({
    outcome: 'broken',
    sentence:
      'The shop does not listen after a second: is there an endless loop, or an await that never ' +
      'ends, at the top of a file?',
  });
});

it.each([
  ['a browser', {}],
  ['a client without a limit', patient],
])('names the request that gets no answer, be it of %s', async (_, exercise) => {
  const pid = temporaryCourse();
  const code = `import { writeFileSync } from 'node:fs';
export function part(): string {
  writeFileSync('${pid}/pid', String(process.pid));
  for (;;);
}`;
  expect(await check(code, { answerMs: 500 }, exercise)).toEqual({
    outcome: 'broken',
    sentence:
      'GET /part got no answer in 0.5 seconds: is there an endless loop, or a path on which ' +
      'nothing is answered?',
  });
  expect(isRunning(Number(read(`${pid}/pid`)))).toBe(false);
});

it('says at which request the shop crashed, and where', async () => {
  const code = `export function part(): string {
  const user = [].at(0) as unknown as { name: string };
  return user.name;
}`;
  expect(await check(code)).toEqual({
    outcome: 'broken',
    sentence:
      'The shop ended while it answered GET /part (exit code 1). part.ts, line 3: TypeError: ' +
      "Cannot read properties of undefined (reading 'name').",
    source: 'part.ts:3  return user.name;',
  });
});

it('says that the shop left in the middle of an answer', async () => {
  expect(await check('export const part = () => process.exit(0);\n')).toMatchObject({
    outcome: 'broken',
    sentence: 'The shop ended while it answered GET /part (exit code 0).',
  });
});

it('shows what the shop wrote when an answer is refused', async () => {
  const code = `export function part(): string {
  for (const _ of [1, 2]) console.error('the cat sat on the keyboard');
  console.error('Warning: connect.session() MemoryStore is not\\ndesigned for\\nmore.');
  return 'BYE';
}`;
  expect(await check(code)).toMatchObject({
    outcome: 'refused',
    reason: 'too-loud',
    output: ['the cat sat on the keyboard'],
  });
});

it('passes a shop that does not end at SIGTERM, with a remark', async () => {
  const code = `process.once('newListener', () => undefined);
process.on('SIGTERM', () => undefined);
process.once = () => process;
${SOLUTION}`;
  expect(await check(code, { stopMs: 300 })).toMatchObject({
    outcome: 'passed',
    remark: expect.stringMatching(/^But 0\.3 seconds after SIGTERM the shop still ran/),
  });
});

it('ends a check that waits for what never comes', async () => {
  const waits: Partial<Exercise> = {
    async check({ start }) {
      await start();
      await new Promise(() => undefined);
    },
  };
  expect(await check(SOLUTION, { checkMs: 2000 }, waits)).toMatchObject({
    outcome: 'broken',
    sentence: 'The check did not come to its end in 2 seconds.',
  });
});

it('does not crash when a check meets what it does not expect', async () => {
  const surprised: Partial<Exercise> = {
    async check({ start, browser }) {
      const { json } = await browser(await start()).get('/part');
      expect(json.items?.length).toBe(1);
    },
  };
  expect(await check(SOLUTION, {}, surprised)).toMatchObject({
    outcome: 'broken',
    sentence: expect.stringMatching(/^The check met what it does not expect, after GET \/part: /),
  });
});

it('ends what a check has started when it is not wanted any more', async () => {
  const folder = temporaryCourse();
  const course = miniCourse(folder);
  const learner = new Learner(course);
  const exercise = learner.find('01');
  learner.prepare(exercise);
  const given = new AbortController();
  onTestFinished(() => given.abort());
  let url = '';
  const played = play(
    {
      ...exercise,
      async check({ start }) {
        ({ url } = await start());
        given.abort(new Error('not wanted'));
        await new Promise(() => undefined);
      },
    },
    folderOf(course, exercise),
    { ...course, signal: given.signal },
  );
  await expect(played).rejects.toThrow('not wanted');
  await expect(fetch(url)).rejects.toThrow();
});

it('does not hold a start against a shop that was to be refused', async () => {
  const careless: Partial<Exercise> = {
    async check({ start }) {
      await start({ REFUSE: 'yes' }).catch(() => undefined);
      await start();
    },
  };
  const code = `if (process.env['REFUSE']) process.exit(78);\n${SOLUTION}`;
  expect(await check(code, {}, careless)).toEqual({ outcome: 'passed' });
});

it('is not confused by what the code sends and writes', async () => {
  const code = `process.send?.('hello');
process.send?.(null);
console.log('x'.repeat(500_000));
${SOLUTION}`;
  expect(await check(code)).toEqual({ outcome: 'passed' });
});
