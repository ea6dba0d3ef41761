/**
 * A line that says how far it is and how long it will still take: always the same one in a
 * terminal, elsewhere one for each tenth.
 *
 * @param clock in milliseconds.
 */
export function progressLine(stream: NodeJS.WriteStream, clock = () => performance.now()) {
  const begun = clock();
  let last = -1;
  return {
    show(done: number, line: string) {
      const percent = `${Math.floor(done * 100)} %`.padStart(5);
      const left = done > 0 ? ((clock() - begun) * (1 - done)) / done : Number.NaN;
      const text = `${percent} ${inWords(left).padEnd(10)} ${line}`;
      const tenth = Math.floor(done * 10);
      if (stream.isTTY) stream.write(`\r\x1b[K${text.slice(0, stream.columns)}`);
      else if (tenth !== last) stream.write(`${text}\n`);
      last = tenth;
    },
    end() {
      if (stream.isTTY) stream.write('\r\x1b[K');
    },
  };
}

function inWords(ms: number): string {
  if (Number.isNaN(ms)) return '';
  const seconds = Math.ceil(ms / 1000);
  return seconds < 100 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}
