// The diagrams of the pages, against what is said on the wire now.
import { afterAll, describe, expect, it } from 'vitest';
import { fencesOf } from '../tools/fences.ts';
import { markdownFiles, read } from '../tools/pages.ts';
import { closePostgres, play, scenes } from '../tools/scenes.ts';

afterAll(closePostgres);

const shown = markdownFiles().flatMap((page) =>
  fencesOf(read(page)).flatMap(({ words, body, line }) =>
    words['exchange'] ? [{ name: words['exchange'], page, line, body }] : [],
  ),
);

describe('an exchange', () => {
  it.each(shown)('$name is as $page shows it', async ({ name, body }) => {
    expect(body, 'npm run docs:write records it').toBe(await play(name));
  });

  it('that is recorded is shown', () => {
    expect(shown.map(({ name }) => name).sort()).toEqual(Object.keys(scenes).sort());
  });
});
