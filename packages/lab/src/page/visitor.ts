import { type Answer, Browser, type Sent } from '@session-lab/acceptance';
import type { Exchange } from './api.ts';

const PATIENCE_MS = 5000;
const MOST = 10;

/** What was seen of one request besides its answer. */
export interface Beside {
  commands: string[];
  events: string[];
  layer: string | null;
}

/** The browser that the lab plays: a cookie jar, and what went over the wire. */
export class Visitor {
  /** The newest first. */
  readonly wire: Exchange[] = [];
  /** The last `Set-Cookie` line of each cookie. */
  readonly lines = new Map<string, string>();
  readonly #jar = new Browser('').jar;
  readonly #urls: () => readonly string[];
  readonly #beside: (work: () => Promise<void>) => Promise<Beside>;
  #csrfToken: string | undefined;
  #count = 0;

  /**
   * @param urls of the instances, which take turns: cookies do not know ports.
   * @param beside does the work and sees what happens meanwhile.
   */
  constructor(
    urls: () => readonly string[],
    beside: (work: () => Promise<void>) => Promise<Beside>,
  ) {
    this.#urls = urls;
    this.#beside = beside;
  }

  /** Deletes all cookies, as somebody who clears the browser. */
  async forget(): Promise<void> {
    await this.#jar.removeAllCookies();
    this.#csrfToken = undefined;
    this.lines.clear();
  }

  /** The cookies as they would be sent, by name. */
  async cookies(): Promise<Map<string, string>> {
    const [url] = this.#urls();
    const header = url ? await this.#jar.getCookieString(url) : '';
    const pairs = header.split('; ').filter(Boolean);
    return new Map(pairs.map((pair) => splitAt(pair, pair.indexOf('='))));
  }

  /** @returns undefined when no answer came. */
  async send(method: string, path: string, sent: Sent = {}): Promise<Answer | undefined> {
    const urls = this.#urls();
    const instance = this.#count % Math.max(1, urls.length);
    this.#count += 1;
    const options = { timeoutMs: PATIENCE_MS, jar: this.#jar };
    const browser = new Browser(urls[instance] ?? '', options);
    browser.csrfToken = this.#csrfToken;
    const got: { answer?: Answer | undefined; ms: number } = { ms: 0 };
    const beside = await this.#beside(async () => {
      const began = performance.now();
      got.answer = await browser.send(method, path, sent).catch(() => undefined);
      got.ms = performance.now() - began;
    });
    const { answer, ms } = got;
    const { status = null, setCookies = [] } = answer ?? {};
    const number = this.#count;
    this.wire.unshift({ number, method, path, status, ms, setCookies, instance, ...beside });
    this.wire.splice(MOST);
    for (const line of setCookies) this.lines.set(line.slice(0, line.indexOf('=')), line);
    this.#csrfToken = browser.csrfToken;
    return answer;
  }
}

const splitAt = (text: string, at: number): [string, string] => [
  text.slice(0, at),
  text.slice(at + 1),
];
