/** A line that says how far it is: always the same one in a terminal, elsewhere one for each tenth. */
export function progressLine(stream: NodeJS.WriteStream) {
  let last = -1;
  return {
    show(done: number, line: string) {
      const percent = `${Math.floor(done * 100)} %`.padStart(5);
      const tenth = Math.floor(done * 10);
      if (stream.isTTY) stream.write(`\r\x1b[K${percent}  ${line}`.slice(0, stream.columns));
      else if (tenth !== last) stream.write(`${percent}  ${line}\n`);
      last = tenth;
    },
    end() {
      if (stream.isTTY) stream.write('\r\x1b[K');
    },
  };
}
