// A connection that is kept, and just as much of HTTP as the examples answer with. An HTTP client
// would take more time for a request than the server takes for a 503; on one machine, it would be the
// client who overloads the server.
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  /** The status line and the headers. */
  head: string;
}

type Hear = (error: Error | undefined, answer?: Answer) => void;

const END_OF_HEAD = '\r\n\r\n';

export class Connection {
  readonly #socket: Socket;
  #received = '';
  #hear: Hear | undefined;

  /** @param dropped is called when the connection ends, whoever ends it. */
  constructor(url: URL, dropped: () => void) {
    const buffer = Buffer.allocUnsafe(4096);
    const onread = {
      buffer,
      callback: (bytes: number) => {
        this.#read(buffer.toString('latin1', 0, bytes));
        return true;
      },
    };
    let reason: Error | undefined;
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true, onread })
      .on('error', (error) => {
        reason = error;
      })
      .on('close', () => {
        dropped();
        this.#over(reason ?? new Error('hung up'));
      });
  }

  /** Whether something can be asked: it is there, and no answer is still to come. */
  get isFree(): boolean {
    return this.#hear === undefined && !this.#socket.destroyed;
  }

  /** @param request as it goes over the wire. */
  ask(request: string, hear: Hear): void {
    this.#hear = hear;
    this.#socket.write(request, 'latin1');
  }

  #read(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = this.#received.slice(0, end);
    // A body in chunks is not read: its end would be taken for the next answer.
    if (/\r\nTransfer-Encoding:/i.test(head)) throw new Error(`no Content-Length: ${head}`);
    const [, length = '0'] = /\r\nContent-Length: (\d+)/i.exec(head) ?? [];
    if (this.#received.length < end + END_OF_HEAD.length + Number(length)) return;
    this.#received = '';
    this.#over(undefined, { status: Number(head.slice(9, 12)), head });
  }

  #over(error: Error | undefined, answer?: Answer): void {
    const hear = this.#hear;
    this.#hear = undefined;
    hear?.(error, answer);
  }
}
