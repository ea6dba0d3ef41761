import { type Answer, Browser, type Sent } from '../browser.ts';
import type { Exchange } from './attack.ts';

type Options = ConstructorParameters<typeof Browser>[1];

/** A browser whose owner has a name, and whose requests are noted down. */
export class Person extends Browser {
  readonly name: string;
  readonly #exchanges: Exchange[];

  constructor(name: string, exchanges: Exchange[], url: string, options?: Options) {
    super(url, options);
    this.name = name;
    this.#exchanges = exchanges;
  }

  override async send(method: string, path: string, sent?: Sent): Promise<Answer> {
    const answer = await super.send(method, path, sent);
    const { status, setCookies } = answer;
    this.#exchanges.push({ who: this.name, request: `${method} ${path}`, status, setCookies });
    return answer;
  }

  /** Sends a request with somebody else's cookies. */
  replay(cookie: string, path = '/profile'): Promise<Answer> {
    return this.get(path, { headers: { cookie } });
  }
}
