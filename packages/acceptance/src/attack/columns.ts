import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Puts texts beside each other, each wrapped to its width. @returns the lines. */
export function columns(texts: readonly string[], widths: readonly number[], gap = '  '): string[] {
  const wrapped = texts.map((text, index) =>
    wrapAnsi(text, widths[index] ?? 1, { hard: true, trim: false }).split('\n'),
  );
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    wrapped
      .map((lines, index) => pad(lines[row] ?? '', widths[index] ?? 1))
      .join(gap)
      .trimEnd(),
  );
}

const pad = (text: string, width: number) =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));
