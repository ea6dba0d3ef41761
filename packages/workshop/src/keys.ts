import { emitKeypressEvents, type Key } from 'node:readline';
import type { Readable } from 'node:stream';

export type Input = Readable & { isTTY?: boolean; setRawMode?: (isRaw: boolean) => unknown };

/** Single keys, as they are pressed. While somebody is asked something, it is paused. */
export class Keys {
  readonly #input: Input;
  readonly #listener: (text: string | undefined, key: Key) => void;

  /** @param handle gets `h`, `return`, `ctrl-c`, … */
  constructor(input: Input, handle: (key: string) => void) {
    this.#input = input;
    this.#listener = (_text, { name, ctrl }) => {
      if (name) handle(ctrl ? `ctrl-${name}` : name);
    };
    emitKeypressEvents(input);
  }

  resume(): void {
    this.#input.setRawMode?.(true);
    this.#input.on('keypress', this.#listener);
    this.#input.resume();
  }

  pause(): void {
    this.#input.off('keypress', this.#listener);
    this.#input.setRawMode?.(false);
    this.#input.pause();
  }
}
