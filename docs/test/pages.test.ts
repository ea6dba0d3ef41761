// What the pages show and where they lead: as it is in the source.
import { describe, expect, it } from 'vitest';
import { isRun } from '../tools/commands.ts';
import { type Fence, fencesOf } from '../tools/fences.ts';
import { allLinks, faultOf, scriptsOf } from '../tools/links.ts';
import { markdownFiles, read, repositoryFiles } from '../tools/pages.ts';
import { scenes } from '../tools/scenes.ts';
import { fillTables } from '../tools/tables.ts';
import { exchangesOf, sourceFor } from '../tools/write.ts';

const REMEDY = 'npm run docs:write fills it in';

describe.each(markdownFiles())('%s', (page) => {
  const fences = fencesOf(read(page));

  it('shows the source as it is', () => {
    for (const fence of fences) {
      const source = sourceFor(fence);
      if (source !== undefined) expect(fence.body, `line ${fence.line}: ${REMEDY}`).toBe(source);
    }
  });

  it('has its tables as the data are', () => {
    const text = read(page);
    expect(fillTables(text), REMEDY).toBe(text);
  });

  it('names exchanges that are recorded, and tells of each block what it is', () => {
    for (const name of exchangesOf(read(page))) expect(Object.keys(scenes)).toContain(name);
    const unnamed = isRun(page) ? fences.filter(isUnnamed) : [];
    expect(unnamed.map(({ line }) => line)).toEqual([]);
  });

  it('names scripts that there are', () => {
    const named = scriptsOf(page).filter(({ name }) => !scripts.has(name));
    expect(named).toEqual([]);
  });
});

it('every link leads to a file, a heading or a line that there is', () => {
  const faults = allLinks().flatMap((link) => {
    const fault = faultOf(link);
    return fault ? [`${link.page}:${link.line} ${link.href}: ${fault}`] : [];
  });
  expect(faults).toEqual([]);
});

/** What a test runs must not look like what none does. */
const isUnnamed = ({ language, body }: Fence) =>
  (language === '' || language === 'bash' || language === 'console') &&
  /^(\$ )?np[mx] /m.test(body);

const scripts = new Set(
  repositoryFiles()
    .filter((file) => /(^|\/)package\.json$/.test(file))
    .flatMap((file) => Object.keys(JSON.parse(read(file)).scripts ?? {})),
);
