// What has to hold, in the words of the tests that hold it.
import { titlesIn } from '../../packages/acceptance/src/report/locate.ts';
import { requirements } from '../../packages/acceptance/src/report/requirements.ts';

/** One line for each thing that every server must do: the name of its test, and where it is. */
export function cheatSheet(): string {
  // The stories of an example are named by what a user sees; the contract has what they leave out.
  const titles = ['examples/memory', 'examples/redis', 'packages/acceptance'].flatMap(titlesIn);
  const lines = requirements
    .filter(({ level }) => level === 'must')
    .map(({ number, text, sources }) => {
      const test = titles.find(({ title }) => new RegExp(`#${number}(?!\\d)`).test(title));
      if (!test) throw new Error(`no test names requirement #${number}`);
      const { file, line } = test.place;
      return `| ${text} | [${plain(test.title)}](../${file}#L${line}) | ${sources} |`;
    });
  return ['| it must | the test | the rule |', '| --- | --- | --- |', ...lines, ''].join('\n');
}

/** Without the numbers, and with `…` for what differs from test to test. */
function plain(title: string): string {
  const words = title
    .replace(/(#\d+ ?)+/g, '')
    .replace(/\$\{[^}]*\}|%[sdijo]|\$\w+/g, '…')
    .replace(/\\(['"`])/g, '$1')
    .replaceAll('|', '\\|');
  return words.trim();
}
