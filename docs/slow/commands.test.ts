// Every command that a page tells its reader to run, in a clean copy of the repository.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Copy, isShown, type Step, stepsOf } from '../tools/commands.ts';
import { markdownFiles } from '../tools/pages.ts';

/** Those of an attack are run by its own test, which knows what it has to say. */
const OWN_TEST = /^packages\/acceptance\/(attacks|museum)\//;

const pages = markdownFiles()
  .filter((page) => !OWN_TEST.test(page))
  .map((page) => ({ page, steps: stepsOf(page) }))
  .filter(({ steps }) => steps.length > 0);
const notRun = pages.flatMap(({ steps }) => steps).filter((step) => step.notRun);

let copy: Copy;

beforeAll(async () => {
  copy = new Copy();
  await copy.run('node scripts/install.mjs');
}, 300_000);
afterAll(() => copy?.remove());

describe.each(pages)('$page', ({ steps }) => {
  afterAll(() => copy.stop());

  it.sequential.each(steps.filter((step) => !step.notRun))(
    'line $line: $commands',
    async ({ commands, shown }: Step) => {
      let output = '';
      for (const command of commands) output = await copy.run(command);
      if (shown !== undefined && !isShown(shown, output)) expect(output).toBe(shown);
    },
    300_000,
  );
});

it('what is not run here needs Docker, or an hour', () => {
  for (const { page, line, commands, notRun: reason } of notRun) {
    console.log(`not run here: ${page}:${line} ${commands.join(' && ')} (${reason})`);
  }
  const others = notRun.filter(
    ({ notRun: reason = '' }) => !/Docker|the full benchmark/.test(reason),
  );
  expect(others).toEqual([]);
});
