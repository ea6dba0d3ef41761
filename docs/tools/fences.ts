// Fenced blocks of Markdown, and what the line that opens them says.

export interface Fence {
  /** The first word: the language. */
  language: string;
  /** The other words: `text output` has `output`, `ts file=a.ts` has `file` with a value. */
  words: Readonly<Record<string, string>>;
  /** All of that line after the marks. */
  info: string;
  /** With the last line break, unless it is empty. */
  body: string;
  /** Where the opening line is, from 1. */
  line: number;
  /** Whether nothing but blank lines is between the block before and this one. */
  follows: boolean;
}

// In a list it is indented, and so are its lines.
const FENCE =
  /^(?<indent> *)(?<marks>`{3,})(?<info>.*)\n(?<body>(?:.*\n)*?)\k<indent>\k<marks> *$/gm;

/** The blocks of a page, in order. */
export function fencesOf(page: string): Fence[] {
  let end = 0;
  return [...page.matchAll(FENCE)].map((match) => {
    const { indent = '', info = '', body: indented = '' } = match.groups ?? {};
    const body = indented.replace(new RegExp(`^${indent}`, 'gm'), '');
    const follows = end > 0 && page.slice(end, match.index).trim() === '';
    end = match.index + match[0].length;
    const line = page.slice(0, match.index).split('\n').length;
    return { info, ...readInfo(info), body, line, follows };
  });
}

/** The page, with the bodies that `bodyOf` gives; undefined leaves one as it is. */
export function fill(page: string, bodyOf: (fence: Fence) => string | undefined): string {
  const fences = fencesOf(page);
  let n = 0;
  return page.replace(FENCE, (block, indent: string, marks: string, info: string) => {
    const fence = fences[n++];
    const body = fence && bodyOf(fence)?.replace(/^(?=.)/gm, indent);
    return body === undefined ? block : `${indent}${marks}${info}\n${body}${indent}${marks}`;
  });
}

/** Without the blocks; line breaks stay, so that lines can still be counted. */
export const withoutFences = (page: string): string => page.replace(FENCE, blank);

export const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

function readInfo(info: string): Pick<Fence, 'language' | 'words'> {
  const [language = '', ...rest] = info.trim().split(/\s+/);
  const words = rest.map((word) => {
    const [name = '', ...value] = word.split('=');
    return [name, value.join('=')];
  });
  return { language, words: Object.fromEntries(words) };
}
