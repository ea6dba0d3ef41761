// What is shown, in two ways: for a terminal, and plain, one line for each fact.
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

const WIDEST = 100;
const NARROWEST = 30; // some terminals say 0
const INDENT = '  ';

export class Page {
  readonly plain: boolean;
  readonly #output: Writable & { columns?: number };
  #isPassing = false;

  constructor(output: Writable & { columns?: number }, plain: boolean) {
    this.#output = output;
    this.plain = plain;
  }

  line(text = ''): void {
    if (text === '' && this.plain) return;
    this.#erase();
    this.#output.write(`${text}\n`);
  }

  /** Something that is known; as Markdown. In a terminal, `symbol` stands in front. */
  fact(label: string, text: string, format: Format = 'bold'): void {
    if (this.plain) {
      for (const [at, paragraph] of paragraphs(text).entries()) {
        this.line(at === 0 ? `${label}: ${paragraph}` : paragraph);
      }
    } else {
      this.line(this.style(format, label));
      this.markdown(text);
      this.line();
    }
  }

  /** A few constructs of Markdown, which are all that the exercises use. */
  markdown(text: string): void {
    if (this.plain) {
      for (const paragraph of paragraphs(text)) this.line(paragraph);
      return;
    }
    const width = this.#width - INDENT.length;
    for (const [at, block] of blocks(text).entries()) {
      if (at > 0) this.line();
      const lines = isCode(block) ? code(block).map((line) => this.style('cyan', line)) : undefined;
      const shown = lines ?? this.#inline(wrap(unwrap(block), width).join('\n')).split('\n');
      for (const line of shown) this.line(INDENT + line);
    }
  }

  style(format: Format, text: string): string {
    return this.plain ? text : styleText(format, text, { validateStream: false });
  }

  /** Begins a screen; what was on the one before can be scrolled to. */
  clear(): void {
    if (!this.plain) this.#output.write('\x1b[2J\x1b[H');
  }

  /** What can be done, in few words each, which stay on one line. */
  choices(before: string, all: readonly string[]): void {
    const glued = all.map((choice) => choice.replaceAll(' ', '\u00a0'));
    for (const line of wrap(`${before} ${glued.join(' · ')}`, this.#width)) {
      this.line(this.style('dim', line.replaceAll('\u00a0', ' ')));
    }
  }

  /** A line that stands until something else is shown. @returns what takes it away. */
  passing(text: string): () => void {
    if (this.plain) return () => undefined;
    this.#output.write(this.style('dim', text));
    this.#isPassing = true;
    return () => this.#erase();
  }

  get #width(): number {
    const { columns = WIDEST } = this.#output;
    return Math.max(NARROWEST, Math.min(columns, WIDEST));
  }

  #erase(): void {
    if (this.#isPassing) this.#output.write('\r\x1b[2K');
    this.#isPassing = false;
  }

  #inline(text: string): string {
    return text
      .replace(/`([^`]+)`/g, (_, inner: string) => this.style('cyan', inner))
      .replace(/\*\*([^*]+)\*\*/g, (_, inner: string) => this.style('bold', inner))
      .replace(/(?<!\w)\*([^*\s][^*]*)\*/g, (_, inner: string) => this.style('italic', inner))
      .replace(/^#+ (.*)$/gm, (_, inner: string) => this.style('bold', inner));
  }
}

/** Parts that empty lines separate, and the entries of lists; code stays whole. */
function blocks(text: string): string[] {
  const parts = text.trim().split(/(^```[\s\S]*?^```$)/m);
  return parts
    .flatMap((part) => (isCode(part) ? [part] : part.split(/\n\s*\n|\n(?=(?:[-*]|\d+\.) )/)))
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const isCode = (block: string) => block.startsWith('```');
const code = (block: string) => block.split('\n').slice(1, -1);
const unwrap = (block: string) => block.replace(/\s*\n\s*/g, ' ');

/** One line each; code as its lines. */
function paragraphs(text: string): string[] {
  return blocks(text).flatMap((block) => (isCode(block) ? code(block) : [unwrap(block)]));
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
