// Every command that a page tells its reader to run, in a clean copy of the repository.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Copy, isRun, isShown, type Step, stepsOf } from '../tools/commands.ts';
import { markdownFiles } from '../tools/pages.ts';

const pages = markdownFiles()
  .filter(isRun)
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
    'line $line: $script',
    async ({ script, shown }: Step) => {
      const output = await copy.run(script);
      if (shown !== undefined && !isShown(shown, output)) expect(output).toBe(shown);
    },
    360_000,
  );
});

it('what is not run here needs Docker, or an hour', () => {
  for (const { page, line, script, notRun: reason } of notRun) {
    console.log(`not run here: ${page}:${line} (${reason})\n${script}`);
  }
  const others = notRun.filter(
    ({ notRun: reason = '' }) => !/Docker|the full benchmark/.test(reason),
  );
  expect(others).toEqual([]);
});
