// Tables that are written into pages out of data: between `<!-- table: name -->` and `<!-- /table -->`.
import { sayClaim } from '../../packages/bench/src/say-claims.ts';
import { cheatSheet } from './cheat-sheet.ts';
import { read } from './pages.ts';

const PLACE = /(<!-- table: (\S+) -->\n)(?:[\s\S]*?)(<!-- \/table -->)/g;

/** The page with its tables as the data are now. */
export function fillTables(page: string): string {
  return page.replace(PLACE, (_, begin: string, name: string, end: string) => {
    return `${begin}\n${table(name)}\n${end}`;
  });
}

/** @throws Error for a table that there is not. */
function table(name: string): string {
  const [kind, id] = name.split('/');
  if (kind === 'cheat-sheet') return cheatSheet();
  if (kind !== 'claim') throw new Error(`There is no table "${name}"`);
  const claims: Parameters<typeof sayClaim>[0][] = JSON.parse(read('docs/benchmarks/claims.json'));
  const claim = claims.find((each) => each.id === id);
  if (!claim) throw new Error(`There is no claim "${id}" in docs/benchmarks/claims.json`);
  return sayClaim(claim);
}
