import { join } from 'node:path';
import { compareFolders } from '@session-lab/lab/src/compare.ts';
import { fromRoot } from '@session-lab/lab/src/folders.ts';
import type { Course } from './course.ts';
import type { Exercise } from './exercise.ts';
import { pathIn } from './lay.ts';
import { type Learner, numberOf } from './learner.ts';
import type { Page } from './page.ts';
import type { Result } from './play.ts';
import { readTexts, readWhy } from './texts.ts';
import { folderOf } from './workspace.ts';

const BAR = 24;

/** Where the learner is, and the files to edit. */
export function showHead(page: Page, learner: Learner, exercise: Exercise): void {
  const { course, passed } = learner;
  const total = course.exercises.length;
  const { files, id, title } = exercise;
  const paths = files.map((file) => fromRoot(join(folderOf(course, exercise), file)));
  if (page.plain) {
    page.fact('Progress', `${passed} of ${total} passed`);
    page.fact('Exercise', `${numberOf(id)}, ${title}`);
    for (const path of paths) page.fact('File', path);
    return;
  }
  const full = Math.round((BAR * passed) / total);
  const bar = page.style('green', '█'.repeat(full)) + page.style('dim', '░'.repeat(BAR - full));
  page.line(`${page.style('bold', 'Session workshop')}  ${bar}  ${passed} of ${total} passed`);
  page.line();
  page.line(page.style(['bold', 'cyan'], `${numberOf(id)} · ${title}`));
  for (const path of paths) page.line(`  ${page.style('underline', path)}`);
  page.line();
}

export function showStory(page: Page, { course }: Learner, exercise: Exercise): void {
  const { story, task } = readTexts(course, exercise);
  if (story) {
    page.markdown(story);
    page.line();
  }
  if (task) page.fact('Your task', task);
  showGround(page, course, exercise);
}

/** What a learner finds, and does not have to bring. */
function showGround(page: Page, { exercises }: Course, exercise: Exercise): void {
  const stores = exercise.needs.map((store) => (store === 'redis' ? 'a Redis' : 'a Postgres'));
  const ground = [
    ...(exercise === exercises[0]
      ? []
      : ['The exercises before this one are solved in it, our way.']),
    ...(stores.length > 0 ? [`The check starts ${stores.join(' and ')} of its own.`] : []),
  ];
  if (ground.length > 0) page.fact('The shop', ground.join(' '));
}

export function showTask(page: Page, { course }: Learner, exercise: Exercise): void {
  const { task } = readTexts(course, exercise);
  if (task) page.fact('Your task', task);
}

export function showResult(page: Page, learner: Learner, exercise: Exercise, result: Result): void {
  if (result.outcome === 'passed') {
    showPassed(page, learner, exercise, result.remark);
    return;
  }
  if (page.plain) page.fact('Result', 'not yet');
  if (result.outcome === 'refused') {
    page.fact(page.plain ? 'Seen' : '✗ Not yet. What was seen:', result.evidence, 'red');
    const why = readWhy(learner.course, exercise, result.reason);
    if (why) page.fact('Why this is not enough', why, 'yellow');
  } else {
    page.fact(page.plain ? 'Trouble' : '✗ Not yet.', result.sentence, 'red');
    if (result.source) showVerbatim(page, 'Code', [result.source]);
  }
  if (result.output) showVerbatim(page, 'The shop wrote', result.output);
  showHints(page, learner, exercise);
}

function showPassed(page: Page, learner: Learner, exercise: Exercise, remark?: string): void {
  const { passed, course } = learner;
  const progress = `${passed} of ${course.exercises.length}`;
  if (page.plain) page.fact('Result', `passed, ${progress}`);
  else page.fact('✓ Passed.', `That is ${progress}.`, 'green');
  if (remark) page.fact('But', remark, 'yellow');
  const { notHere } = readTexts(course, exercise);
  if (notHere) page.fact('What this does not solve', notHere);
  const next = learner.after(exercise);
  if (next) page.fact('Next', `${numberOf(next.id)}, ${next.title}`);
  else page.fact('Next', 'nothing is left. All exercises are passed.');
}

export function showHints(page: Page, learner: Learner, exercise: Exercise): void {
  for (const at of learner.hints(exercise).keys()) showHint(page, exercise, at);
}

/** The others are still to be seen above it. */
export function showNewHint(page: Page, learner: Learner, exercise: Exercise): void {
  showHint(page, exercise, learner.hints(exercise).length - 1);
}

function showHint(page: Page, { hints }: Exercise, at: number): void {
  page.fact(`Hint ${at + 1} of ${hints.length}`, hints[at] ?? '', 'magenta');
}

export function showList(page: Page, learner: Learner): void {
  const { current } = learner;
  for (const each of learner.course.exercises) {
    const state = learner.hasPassed(each) ? 'passed' : each === current ? 'current' : 'open';
    page.line(`${numberOf(each.id)}  ${state.padEnd(7)}  ${each.title}`);
  }
  page.fact('Progress', `${learner.passed} of ${learner.course.exercises.length} passed`);
}

/** From the learner's files to the solution's. */
export function showDiff(page: Page, { course }: Learner, exercise: Exercise): void {
  const mine = folderOf(course, exercise);
  const differences = compareFolders(mine, pathIn(course, exercise, 'solution')).filter(
    ({ path }) => exercise.files.includes(path),
  );
  if (differences.length === 0) {
    page.line('Your files and the solution are the same.');
    return;
  }
  page.line('From yours (-) to the solution (+), which is one possibility:');
  for (const { path, patch } of differences) {
    page.line(page.style('bold', path));
    for (const { oldStart, oldLines, newStart, newLines, lines } of patch.hunks) {
      page.line(page.style('cyan', `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`));
      for (const line of lines) {
        const format = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : undefined;
        page.line(format ? page.style(format, line) : line);
      }
    }
  }
}

export function showKept(page: Page, kept: readonly string[]): void {
  page.line('It is as it was at the beginning.');
  for (const name of kept) page.fact('What you had is kept', name);
}

function showVerbatim(page: Page, label: string, lines: readonly string[]): void {
  if (page.plain) {
    for (const line of lines) page.line(`${label}: ${line}`);
    return;
  }
  page.line(page.style('dim', label));
  for (const line of lines) page.line(`  ${line}`);
  page.line();
}
