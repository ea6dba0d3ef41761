/** What `npm start` shows about one example that runs. */
export interface Row {
  name: string;
  url: string;
  store: string;
  pid: number | undefined;
}

const accounts = [
  'ada@example.com / lovelace-1815 (member)',
  'grace@example.com / hopper-1906 (admin)',
];

/**
 * The last thing that `npm start` prints when all is up.
 *
 * @param page the address of the lab page, where there is one.
 */
export function summary(rows: readonly Row[], logs: string, page?: string): string {
  const cells = rows.map(({ name, url, store, pid }) => [name, url, `${pid ?? ''}`, store]);
  return [
    '',
    ...table([['example', 'URL', 'process', 'sessions live in'], ...cells]),
    '',
    ...(page ? [`lab page  ${page}`, ''] : []),
    `accounts  ${accounts.join('\n          ')}`,
    `logs      ${logs}`,
    `try       ${page ? ON_PAGE : suggestion(rows)}`,
    'stop      Ctrl-C',
    '',
  ].join('\n');
}

const ON_PAGE = 'Open the lab page, choose an X-ray, log in and pull a plug: who still knows you?';

function suggestion(rows: readonly Row[]): string {
  const [first] = rows;
  if (rows.length === 1 && first) {
    return `Log in, press Ctrl-C, type \`npm start ${first.name}\` and reload: who are you now?`;
  }
  return 'Log in on each, press Ctrl-C, type `npm start` again, reload: who still knows you?';
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
