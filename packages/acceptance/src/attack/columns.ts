import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Puts texts beside each other, each wrapped to its width. @returns the lines. */
export function columns(texts: readonly string[], widths: readonly number[], gap = '  '): string[] {
  const wrapped = texts.map((text, index) =>
    text.split('\n').flatMap((line) => wrap(line, widths[index] ?? 1)),
  );
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    wrapped
      .map((lines, index) => pad(lines[row] ?? '', widths[index] ?? 1))
      .join(gap)
      .trimEnd(),
  );
}

/** What a long line goes on with is indented as it is. */
function wrap(line: string, width: number): string[] {
  const [indent = ''] = /^ */.exec(line) ?? [];
  const wrapped = wrapAnsi(line.trimStart(), Math.max(1, width - indent.length), { hard: true });
  return wrapped.split('\n').map((part) => indent + part);
}

const pad = (text: string, width: number) =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));
