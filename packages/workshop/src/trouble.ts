// What a shop wrote before it ended, in one sentence for the person who wrote its code.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Trouble {
  sentence: string;
  /** The line of code that it is about: `login.ts:9  const user = …`. */
  source?: string;
}

/** Finds the error in a shop's output. Nothing where it wrote none. */
export function explain(output: string, folder: string): Trouble | undefined {
  return syntax(output, folder) ?? missing(output) ?? thrown(output, folder);
}

/** As esbuild says it, which makes JavaScript of the shop's files. */
function syntax(output: string, folder: string): Trouble | undefined {
  const [, file, line, what] = /([^\s/\\]+\.[cm]?[jt]s):(\d+):\d+: ERROR: (.*)/.exec(output) ?? [];
  if (!file || !line || !what) return undefined;
  return at(folder, file, line, `${file}, line ${line}, cannot be read: ${end(what)}`);
}

/** What one file wants of another and does not get. */
function missing(output: string): Trouble | undefined {
  const [, module, name] =
    /requested module '([^']+)' does not provide an export named '([^']+)'/.exec(output) ?? [];
  if (module && name) {
    const [, importer] = /([^\s/\\]+\.[cm]?[jt]s):\d+$/m.exec(output) ?? [];
    const who = importer ?? 'the shop';
    return { sentence: `${basename(module)} exports no \`${name}\`, which ${who} imports.` };
  }
  const [, what, wanted, by] =
    /Cannot find (module|package) '([^']+)' imported from (\S+)/.exec(output) ?? [];
  if (!what || !wanted || !by) return undefined;
  const it = what === 'module' ? basename(wanted) : `the package ${wanted}`;
  return { sentence: `${basename(by).replace(/'$/, '')} imports ${it}, which is not there.` };
}

/** What was thrown last, by Node's printing of it. */
function thrown(output: string, folder: string): Trouble | undefined {
  const lines = output.split('\n');
  const isFrame = (line: string) => /^\s+at /.test(line);
  const last = lines.findLastIndex(isFrame);
  if (last < 0) return uncaught(lines);
  let first = last;
  while (first > 0 && isFrame(lines[first - 1] ?? '')) first--;
  let head = first - 1;
  while (head > 0 && !/^[A-Z]\w*( \[\w+\])?: /.test(lines[head] ?? '') && lines[head] !== '')
    head--;
  const message = lines[head] || lines[head + 1] || '';
  const frame = lines
    .slice(first, last + 1)
    .find((line) => line.includes(folder) && !line.includes('node_modules'));
  const [, file, line] = /([^\s/\\(]+\.[cm]?[jt]s):(\d+):\d+\)?$/.exec(frame ?? '') ?? [];
  if (!file || !line) return { sentence: end(message) };
  return at(folder, file, line, `${file}, line ${line}: ${end(message)}`);
}

/** Something that is no Error: it has no stack. */
function uncaught(lines: string[]): Trouble | undefined {
  const mark = lines.findLastIndex((line) => /^\s+\^$/.test(line));
  const what = mark < 0 ? undefined : lines.slice(mark + 1).find((line) => line !== '');
  return what === undefined ? undefined : { sentence: `This was thrown: ${end(what)}` };
}

function at(folder: string, file: string, line: string, sentence: string): Trouble {
  try {
    const text = readFileSync(join(folder, file), 'utf8').split(/\r?\n/)[Number(line) - 1]?.trim();
    return text ? { sentence, source: `${file}:${line}  ${text}` } : { sentence };
  } catch {
    return { sentence };
  }
}

const end = (sentence: string) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);

// Of express-session, in production: the exercises with that store mean it so.
const MEMORY_STORE = /^Warning: connect\.session\(\) MemoryStore .*\n.*\n.*$/gm;
const FRAMEWORK =
  /^\s+(at |\^|throw er;|triggerUncaughtException)|^node:|^Node\.js v|^Emitted 'error'/;

/** The end of what it wrote, for a person: a few lines, none twice, and no stack frames. */
export function excerpt(output: string): string[] {
  const lines = output
    .replace(MEMORY_STORE, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^listening on /.test(line) && !FRAMEWORK.test(line));
  return [...new Set(lines)].slice(-5);
}
