import { emitKeypressEvents, type Key } from 'node:readline';
import type { Readable } from 'node:stream';

export type Input = Readable & { isTTY?: boolean; setRawMode?: (isRaw: boolean) => unknown };

/** Single keys, as they are pressed. While somebody is asked something, only Ctrl-C counts. */
export class Keys {
  readonly #input: Input;
  readonly #all: (text: string | undefined, key: Key) => void;
  readonly #interrupt: (text: string | undefined, key: Key) => void;

  /** @param handle gets `h`, `return`, `ctrl-c`, … */
  constructor(input: Input, handle: (key: string) => void) {
    this.#input = input;
    this.#all = (_text, { name, ctrl }) => {
      if (name) handle(ctrl ? `ctrl-${name}` : name);
    };
    this.#interrupt = (_text, { name, ctrl }) => {
      if (ctrl && name === 'c') handle('ctrl-c');
    };
    emitKeypressEvents(input);
  }

  resume(): void {
    this.#input.setRawMode?.(true);
    this.#input.off('keypress', this.#interrupt).on('keypress', this.#all);
    this.#input.resume();
  }

  pause(): void {
    this.#input.off('keypress', this.#all).on('keypress', this.#interrupt);
  }

  close(): void {
    this.#input.off('keypress', this.#all).off('keypress', this.#interrupt);
    this.#input.setRawMode?.(false);
    this.#input.pause();
  }
}
