/** Keeps the cookies of one session and one token, and tells what each request cost. */
export class Visitor {
  cookie = '';
  token = '';
  readonly #url: string;
  readonly #takeCommands: () => string[];

  constructor(url: string, takeCommands: () => string[]) {
    this.#url = url;
    this.#takeCommands = takeCommands;
  }

  async send(method: string, path: string, body?: unknown) {
    this.#takeCommands();
    const response = await fetch(this.#url + path, {
      method,
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        ...(this.cookie && { cookie: this.cookie }),
        ...(this.token && { 'x-csrf-token': this.token }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const setCookies = response.headers.getSetCookie();
    if (setCookies.length > 0) {
      this.cookie = setCookies.map((line) => line.split(';')[0] ?? '').join('; ');
    }
    const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    if (typeof json['csrfToken'] === 'string') this.token = json['csrfToken'];
    return { status: response.status, setCookies, json, commands: this.#takeCommands() };
  }

  get = (path: string) => this.send('GET', path);
  post = (path: string, body: unknown = {}) => this.send('POST', path, body);
}
