// Draws the sequence diagrams of the pages: a small part of Mermaid's notation, as HTML, which a narrow
// screen can wrap and a screen reader can read. (Mermaid itself would draw in the reader's browser,
// with two megabytes of script.)

const PARTICIPANT = /^participant (\S+) as (.+)$/;
const MESSAGE = /^(\S+?)(--?>>)(\S+?): (.+)$/;
const NOTE = /^Note over (\S+?),(\S+?): (.+)$/;

/** @throws Error for what it does not know how to draw. */
export function sequence(source: string): string {
  const [title, ...lines] = source
    .trim()
    .split('\n')
    .map((line) => line.trim());
  if (title !== 'sequenceDiagram') throw new Error(`cannot draw "${title}"`);
  const names: string[] = [];
  const keys: string[] = [];
  const rows = lines.map((line) => {
    const [, key, name] = PARTICIPANT.exec(line) ?? [];
    if (key && name) {
      keys.push(key);
      names.push(name);
      return '';
    }
    const [, note] = NOTE.exec(line)?.slice(2) ?? [];
    if (note) return `<li class="note">${escaped(note)}</li>`;
    const [, from, arrow, to, text] = MESSAGE.exec(line) ?? [];
    if (!from || !to || !text) throw new Error(`cannot draw "${line}"`);
    return row({ from: keys.indexOf(from), to: keys.indexOf(to), arrow, text, names });
  });
  const heads = names.map((name) => `<span>${escaped(name)}</span>`).join('');
  const style = `--columns: ${names.length}`;
  const body = `<div class="heads" aria-hidden="true">${heads}</div><ol>${rows.join('')}</ol>`;
  return `<figure class="sequence" style="${style}" v-pre>${body}</figure>\n`;
}

interface Row {
  from: number;
  to: number;
  arrow: string | undefined;
  text: string;
  names: string[];
}

function row({ from, to, arrow, text, names }: Row): string {
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  const place = `grid-column: ${left + 1} / ${right + 2}; --span: ${right - left + 1}`;
  const kind = `${arrow === '->>' ? 'request' : 'answer'} ${from < to ? 'rightwards' : 'leftwards'}`;
  const [first = '', ...more] = text.split('<br/>').map(escaped);
  const rest = more.map((line) => `<small>${line}</small>`).join('');
  const who = `<span class="who">${escaped(names[from] ?? '')} to ${escaped(names[to] ?? '')}: </span>`;
  return `<li class="${kind}" style="${place}">${who}<b>${first}</b>${rest}</li>`;
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
