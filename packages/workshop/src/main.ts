import { parseArgs } from 'node:util';
import { confirm } from '@clack/prompts';
import type { Course } from './course.ts';
import type { Exercise } from './exercise.ts';
import { Interactive, type Terminal } from './interactive.ts';
import { AskedWrongly, Learner } from './learner.ts';
import { Page } from './page.ts';
import {
  showDiff,
  showHead,
  showHints,
  showKept,
  showList,
  showResult,
  showStory,
  showTask,
} from './show.ts';

const NOT_YET = 1;

const usage = `Usage: npm run workshop [command] [-- --plain]

Without a command: lays out the exercise that you are at, shows its task, and checks your file at
each save. Exercises are in workspace/<exercise>/; what you write there stays yours.

  list            all exercises, and which are passed
  start <nn>      go to an exercise, such as 03
  next            go to the next one that is not passed
  check [nn]      check once; exit code 0 when it is passed, 1 when not yet
  watch [nn]      check at each save; with --plain until it is passed
  hint [nn]       one more hint
  diff [nn]       from your file to a solution (asks first, or --yes, while it is not passed)
  reset <nn>      lay it out anew; a file of yours that differs is kept as <file>.1.mine

--plain           no colours, no keys, one line for each fact, for pipes and screen readers; without
                  a command it checks once. So it is, too, without a terminal or with NO_COLOR
--yes             do not ask
`;

const commands = ['list', 'start', 'next', 'check', 'watch', 'hint', 'diff', 'reset'] as const;
type Command = (typeof commands)[number];

export interface Surroundings extends Terminal {
  course: Course;
  env: NodeJS.ProcessEnv;
}

/** @returns the exit code. */
export async function main(
  args: string[],
  { course, env, input, output }: Surroundings,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      plain: { type: 'boolean' },
      yes: { type: 'boolean', short: 'y' },
    },
  });
  if (values.help) {
    output.write(usage);
    return 0;
  }
  const plain = values.plain || !output.isTTY || !input.isTTY || Boolean(env['NO_COLOR']);
  const page = new Page(output, plain);
  const { command, name } = readCommand(positionals, plain);
  const learner = new Learner(course);
  if (learner.warning) page.line(learner.warning);
  if (command === 'list') {
    showList(page, learner);
    return 0;
  }
  if (command === 'next') return next(learner, page, { input, output });
  if (name === undefined && !learner.current && command !== 'diff') {
    page.line(`All ${course.exercises.length} exercises are passed.`);
    if (plain || command !== 'watch') return 0;
  }
  const exercise = learner.find(name);
  const ask = async (message: string) =>
    values.yes || (!plain && (await confirm({ message, input, output })) === true);
  switch (command) {
    case 'start':
      if (!plain) return new Interactive(learner, page, { input, output }, exercise).run();
      show(learner, page, exercise);
      return 0;
    case 'watch':
      return new Interactive(learner, page, { input, output }, exercise).run();
    case 'check':
      return check(learner, page, exercise);
    case 'hint':
      if (!learner.hint(exercise)) page.line('All hints are shown.');
      showHints(page, learner, exercise);
      return 0;
    case 'diff':
      learner.prepare(exercise);
      if (!learner.hasPassed(exercise) && !(await ask('It is not passed yet. Show a solution?'))) {
        page.line('It is not passed yet. With --yes the solution is shown all the same.');
        return NOT_YET;
      }
      showDiff(page, learner, exercise);
      return 0;
    case 'reset':
      if (!plain && !(await ask('Lay it out anew? What you have is kept beside it.'))) return 0;
      showKept(page, learner.reset(exercise));
      return 0;
  }
}

function readCommand(positionals: string[], plain: boolean) {
  const [command = plain ? 'check' : 'watch', name, ...more] = positionals;
  if (!isCommand(command)) {
    throw new AskedWrongly(`There is no command ${command}: they are ${commands.join(', ')}.`);
  }
  const takesName = command !== 'list' && command !== 'next';
  if (more.length > 0 || (name && !takesName)) {
    throw new AskedWrongly(`${command} takes ${takesName ? 'one exercise' : 'nothing else'}.`);
  }
  if (!name && (command === 'start' || command === 'reset')) {
    throw new AskedWrongly(`Name an exercise, as in: npm run workshop ${command} 03`);
  }
  return { command, name };
}

const isCommand = (text: string): text is Command => commands.some((each) => each === text);

async function next(learner: Learner, page: Page, terminal: Terminal): Promise<number> {
  const { current } = learner;
  // What was passed has led to the current one: then nobody has seen that yet.
  const isSeen = current && learner.hasBegun(current);
  const following = isSeen ? (learner.after(current) ?? current) : current;
  if (!following) {
    page.line(`All ${learner.course.exercises.length} exercises are passed.`);
    return 0;
  }
  if (!page.plain) return new Interactive(learner, page, terminal, following).run();
  show(learner, page, following);
  return 0;
}

function show(learner: Learner, page: Page, exercise: Exercise): void {
  learner.start(exercise);
  showHead(page, learner, exercise);
  showStory(page, learner, exercise);
}

async function check(learner: Learner, page: Page, exercise: Exercise): Promise<number> {
  const isNew = learner.prepare(exercise);
  showHead(page, learner, exercise);
  (isNew ? showStory : showTask)(page, learner, exercise);
  const erase = page.passing('Checking …');
  const result = await learner
    .check(exercise, { announce: (line) => page.line(line) })
    .finally(erase);
  showResult(page, learner, exercise, result);
  return result.outcome === 'passed' ? 0 : NOT_YET;
}
