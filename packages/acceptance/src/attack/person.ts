import { type Answer, Browser, type Sent } from '../browser.ts';
import type { Exchange } from './attack.ts';

type Options = ConstructorParameters<typeof Browser>[1];

/** A page that is not ours, open in the browser of somebody who uses our site. */
export interface Elsewhere {
  where: string;
  /** Which cookies go along: at a sibling host, SameSite keeps none back. */
  isSameSite: boolean;
  headers: Record<string, string>;
}

export const elsewhere: readonly Elsewhere[] = [
  {
    where: 'another site',
    isSameSite: false,
    headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  },
  {
    where: 'a sibling host',
    isSameSite: true,
    headers: { origin: 'https://evil.shop.example', 'sec-fetch-site': 'same-site' },
  },
  {
    where: 'another site in an old browser',
    isSameSite: true, // it does not know SameSite
    headers: { origin: 'https://evil.example' },
  },
];

/** A browser whose owner has a name, and whose requests are noted down. */
export class Person extends Browser {
  readonly name: string;
  readonly #exchanges: Exchange[];
  readonly #origin: string;

  constructor(name: string, exchanges: Exchange[], url: string, options?: Options) {
    super(url, options);
    this.name = name;
    this.#exchanges = exchanges;
    this.#origin = options?.seenAs ?? url;
  }

  override async send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    // Which cookies go along, and in which order, depends on the path.
    const cookie = (await this.jar.getCookieString(this.#origin + path)) || null;
    const answer = await super.send(method, path, {
      ...sent,
      headers: { cookie, ...sent.headers },
    });
    const { status, setCookies } = answer;
    this.#exchanges.push({ who: this.name, request: `${method} ${path}`, status, setCookies });
    return answer;
  }

  /** Sends a request with somebody else's cookies. */
  replay(cookie: string, path = '/profile'): Promise<Answer> {
    return this.get(path, { headers: { cookie } });
  }

  /** What a page elsewhere makes this browser submit, with the cookies that go along. */
  async submitFrom(
    { isSameSite, headers }: Elsewhere,
    path: string,
    form: Record<string, string>,
  ): Promise<Answer> {
    const sameSiteContext = isSameSite ? 'strict' : 'none';
    const cookie = await this.jar.getCookieString(this.#origin, { sameSiteContext });
    return this.send('POST', path, { form, headers: { ...headers, cookie: cookie || null } });
  }
}
