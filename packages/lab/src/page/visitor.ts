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
  readonly #beside: (work: () => Promise<void>) => Promise<Beside>;
  #browsers: Browser[] = [];
  #count = 0;

  /** @param beside does the work and sees what happens meanwhile. */
  constructor(beside: (work: () => Promise<void>) => Promise<Beside>) {
    this.#beside = beside;
  }

  /** @param urls of the instances, that take turns. */
  visits(urls: readonly string[]): void {
    const [first] = this.#browsers;
    const csrfToken = first?.csrfToken;
    this.#browsers = urls.map((url) => {
      const options = { timeoutMs: PATIENCE_MS, ...(first && { jar: first.jar }) };
      return Object.assign(new Browser(url, options), { csrfToken });
    });
  }

  /** Deletes all cookies, as somebody who clears the browser. */
  async forget(): Promise<void> {
    for (const browser of this.#browsers) {
      await browser.jar.removeAllCookies();
      browser.csrfToken = undefined;
    }
    this.lines.clear();
  }

  /** The cookies as they would be sent, by name. */
  async cookies(): Promise<Map<string, string>> {
    const header = (await this.#browsers[0]?.cookieHeader()) ?? '';
    const pairs = header.split('; ').filter(Boolean);
    return new Map(pairs.map((pair) => splitAt(pair, pair.indexOf('='))));
  }

  /** @returns undefined when no answer came. */
  async send(method: string, path: string, sent: Sent = {}): Promise<Answer | undefined> {
    const instance = this.#count % this.#browsers.length;
    const browser = this.#browsers[instance];
    if (!browser) throw new Error('There is no instance to ask.');
    this.#count += 1;
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
    for (const each of this.#browsers) each.csrfToken = browser.csrfToken;
    return answer;
  }
}

const splitAt = (text: string, at: number): [string, string] => [
  text.slice(0, at),
  text.slice(at + 1),
];
