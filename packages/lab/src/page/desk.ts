import { ADA, GRACE } from '@session-lab/acceptance';
import type { Request, Response } from 'express';
import { type Example, examples } from '../examples.ts';
import type { Stores } from '../stores.ts';
import type { Account, CookieInWords, Overview } from './api.ts';
import { explainCookie } from './cookie.ts';
import { makeSubject, type Prepared } from './make-subject.ts';
import type { StoreService } from './store-service.ts';
import type { Subject } from './subject.ts';

const TICK_MS = 1000;

const accounts: Account[] = [
  { ...ADA, about: 'member' },
  { ...GRACE, about: 'member, admin' },
];

interface Stream {
  push(): void;
  end(): void;
  of: Subject | undefined;
}

/** All examples, and whoever watches them. */
export class Desk {
  readonly #subjects = new Map<string, Subject>();
  readonly #services = new Map<string, StoreService>();
  readonly #streams = new Set<Stream>();
  #ticking: NodeJS.Timeout | undefined;

  /** Takes an example that is about to be started. */
  async add(example: Example, stores: Stores, prepared: Prepared): Promise<Subject> {
    const subject = await makeSubject(example, stores, prepared, this);
    this.#subjects.set(example.name, subject);
    return subject;
  }

  /** Of all examples that share it. */
  service(key: string, make: () => StoreService): StoreService {
    const known = this.#services.get(key) ?? make();
    this.#services.set(key, known);
    return known;
  }

  subject(name: string): Subject | undefined {
    return this.#subjects.get(name);
  }

  get subjects(): readonly Subject[] {
    return examples.flatMap(({ name }) => this.#subjects.get(name) ?? []);
  }

  overview(): Overview {
    return { cards: this.subjects.map((subject) => subject.card()), accounts };
  }

  /** By the keys of an example, where one is named: they decide whether a signature is valid. */
  explain(text: string, url: URL, example: string | undefined): CookieInWords {
    const keys = this.#subjects.get(example ?? '')?.parts.config.keys.cookie ?? [];
    return explainCookie(text, { url, keys });
  }

  readonly changed = (): void => {
    for (const stream of this.#streams) stream.push();
  };

  /**
   * Server-sent events: all that is known, at once and after each change.
   *
   * @param of whose store is looked into each second, as long as somebody watches; else all.
   */
  stream(req: Request, res: Response, read: () => unknown, of?: Subject): void {
    res.type('text/event-stream').flushHeaders();
    let last = '';
    let isDue = false;
    const push = async () => {
      if (isDue) return; // many changes at once are one
      isDue = true;
      await new Promise(setImmediate);
      isDue = false;
      const text = JSON.stringify(await read());
      if (text !== last && !res.writableEnded) res.write(`data: ${text}\n\n`);
      last = text;
    };
    const stream: Stream = { push: () => void push(), end: () => void res.end(), of };
    this.#streams.add(stream);
    stream.push();
    this.#tick();
    req.once('close', () => {
      this.#streams.delete(stream);
      if (this.#streams.size === 0) clearInterval(this.#ticking);
      if (this.#streams.size === 0) this.#ticking = undefined;
    });
  }

  /** A server that ends waits for its answers, and these would never end by themselves. */
  endStreams(): void {
    for (const stream of this.#streams) stream.end();
  }

  /** An example that is to end says goodbye to its store, and would wait for a frozen one. */
  async thaw(): Promise<void> {
    const frozen = [...this.#services.values()].filter(({ state }) => state === 'frozen');
    await Promise.allSettled(frozen.map((service) => service.thaw())); // it may be gone by now
  }

  #tick(): void {
    const look = () => {
      const watched = new Set([...this.#streams].flatMap(({ of }) => of ?? this.subjects));
      for (const subject of watched) {
        subject.inTurn(() => subject.look()).catch((error) => console.error(error));
      }
    };
    look();
    this.#ticking ??= setInterval(look, TICK_MS);
  }
}
