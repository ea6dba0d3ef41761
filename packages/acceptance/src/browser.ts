import { CookieJar } from 'tough-cookie';
import { request } from 'undici';

/** What one request brought back. */
export interface Answer {
  status: number;
  /** Lower-case names; of several lines of one name, the last. */
  headers: Record<string, string>;
  /** The `Set-Cookie` lines, as they came. */
  setCookies: string[];
  text: string;
  /** The body, when it is JSON; else empty. */
  json: Body;
}

/** All that the routes of an example may answer in a body. */
export interface Body {
  user?: { id: string; email: string; name: string; roles: string[] };
  session?: {
    handle: string;
    createdAt: string;
    lastSeenAt: string;
    idleExpiresAt: string;
    absoluteExpiresAt: string;
  };
  csrfToken?: string;
  /** Of GET /sessions, whose answer is a list. */
  sessions?: ListedSession[];
  items?: string[];
  status?: number | string;
  type?: string;
  title?: string;
  detail?: string;
  code?: string;
}

export interface ListedSession {
  handle: string;
  createdAt: string;
  lastSeenAt: string;
  client: string;
  current: boolean;
}

export interface Sent {
  json?: unknown;
  form?: Record<string, string>;
  body?: string;
  /** Whether the head of the answer is enough, as for a browser that follows a redirect. */
  headOnly?: boolean;
  /** Added to what a request has anyway; `null` takes one of those out. */
  headers?: Record<string, string | null>;
}

/**
 * A browser as far as sessions are concerned: it keeps cookies by the rules (tough-cookie, prefixes
 * checked), remembers the CSRF token that it was last given and sends it along.
 */
export class Browser {
  readonly jar: CookieJar;
  csrfToken: string | undefined;
  readonly #url: string;
  readonly #seenAs: string;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number | undefined;

  /**
   * @param url where requests go.
   * @param options.seenAs the origin that the browser believes to talk to, when a proxy is between.
   * @param options.headers sent with each request, for instance what that proxy adds.
   * @param options.jar of another one, for a browser that visits several ports of a host.
   * @param options.timeoutMs after which it gives up, in milliseconds; the request rejects.
   */
  constructor(
    url: string,
    options: {
      seenAs?: string | undefined;
      headers?: Record<string, string>;
      jar?: CookieJar;
      timeoutMs?: number;
    } = {},
  ) {
    this.#url = url;
    this.#seenAs = options.seenAs ?? url;
    this.#headers = options.headers ?? {};
    this.#timeoutMs = options.timeoutMs;
    this.jar = options.jar ?? new CookieJar(undefined, { prefixSecurity: 'strict' });
  }

  get(path: string, sent?: Sent): Promise<Answer> {
    return this.send('GET', path, sent);
  }

  post(path: string, json?: unknown, headers?: Sent['headers']): Promise<Answer> {
    return this.send('POST', path, { json, ...(headers && { headers }) });
  }

  /** Sends a form, with the token in the field that the page has for it. */
  submit(path: string, form: Record<string, string> = {}): Promise<Answer> {
    const token: Record<string, string> = this.csrfToken ? { _csrf: this.csrfToken } : {};
    return this.send('POST', path, { form: { ...token, ...form } });
  }

  async send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const headers: Record<string, string | null> = { ...this.#headers };
    const cookie = await this.jar.getCookieString(this.#seenAs);
    if (cookie) headers['cookie'] = cookie;
    if (this.csrfToken && method !== 'GET' && !sent.form) headers['x-csrf-token'] = this.csrfToken;
    let { body } = sent;
    if (sent.json !== undefined) {
      headers['content-type'] = 'application/json';
      body = JSON.stringify(sent.json);
    } else if (sent.form) {
      headers['content-type'] = 'application/x-www-form-urlencoded';
      body = new URLSearchParams(sent.form).toString();
    }
    Object.assign(headers, sent.headers);

    const response = await request(this.#url + path, {
      method: method as 'GET',
      headers: Object.fromEntries(
        Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null),
      ),
      ...(body !== undefined && { body }),
      ...(this.#timeoutMs !== undefined && { signal: AbortSignal.timeout(this.#timeoutMs) }),
    });
    const answer = await read(response, sent.headOnly);
    for (const line of answer.setCookies) {
      await this.jar.setCookie(line, this.#seenAs, { ignoreError: true });
    }
    if (answer.json.csrfToken !== undefined) this.csrfToken = answer.json.csrfToken;
    return answer;
  }

  async logIn(account: Account = ADA, more: { remember?: boolean } = {}): Promise<Answer> {
    return this.post('/login', { ...account, ...more });
  }

  delete(path: string): Promise<Answer> {
    return this.send('DELETE', path);
  }

  /** Puts in the cookies of such a header, as somebody who can write into this browser. */
  async plant(cookieHeader: string): Promise<void> {
    for (const pair of cookieHeader.split('; ')) await this.jar.setCookie(pair, this.#seenAs);
  }

  /** The `Cookie` header that this browser would send, for replaying it by hand. */
  async cookieHeader(): Promise<string> {
    return this.jar.getCookieString(this.#seenAs);
  }
}

export type Account = { email: string; password: string };
export const ADA: Account = { email: 'ada@example.com', password: 'lovelace-1815' };
export const GRACE: Account = { email: 'grace@example.com', password: 'hopper-1906' };

/** Sends one request with exactly this `Cookie` header: what a thief or a replay would do. */
export function replay(url: string, cookie: string, path = '/profile'): Promise<Answer> {
  return new Browser(url).get(path, { headers: { cookie } });
}

/**
 * The session id in the cookies of a session: in Express between `s:` and the dot of the value, in
 * Koa all of the value, with a signature in a cookie of its own, `<name>.sig`.
 */
export function idIn(cookie: string): string {
  const [, id] = /(?:^|; )[\w-]+=(?:s(?::|%3A))?([\w-]{43})(?=[.;]|$)/.exec(cookie) ?? [];
  if (!id) throw new Error('there is no session id in this cookie');
  return id;
}

export interface SetCookie {
  name: string;
  value: string;
  /** In lower case, as browsers compare them, and in alphabetical order. */
  attributes: string[];
}

/** A `Set-Cookie` line, taken apart. */
export function readSetCookie(line = ''): SetCookie {
  const [pair = '', ...attributes] = line.split(/; ?/);
  const equals = pair.indexOf('=');
  return {
    name: pair.slice(0, equals),
    value: pair.slice(equals + 1),
    attributes: attributes.map((attribute) => attribute.toLowerCase()).sort(),
  };
}

function asObject(body: Body | ListedSession[]): Body {
  return Array.isArray(body) ? { sessions: body } : body;
}

type Response = Awaited<ReturnType<typeof request>>;

async function read({ statusCode, headers, body }: Response, headOnly = false): Promise<Answer> {
  if (headOnly) body.dump().catch(() => undefined); // comes when it comes
  const text = headOnly ? '' : await body.text();
  const flat = Object.entries(headers).map(([name, value]) => [name, [value].flat().at(-1) ?? '']);
  const isJson = /json/.test(String(headers['content-type']));
  return {
    status: statusCode,
    headers: Object.fromEntries(flat),
    setCookies: [headers['set-cookie'] ?? []].flat(),
    text,
    json: isJson && text ? asObject(JSON.parse(text)) : {},
  };
}
