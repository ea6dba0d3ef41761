import { randomBytes } from 'node:crypto';
import { listen, type Running } from 'security-helpers';
import { createPageApp } from './app.ts';
import { AttackConsole } from './attack-console.ts';
import { buildPage } from './build.ts';
import { Desk } from './desk.ts';

const PORT = 3000;

/** The page and what is on it. It is built while the examples start. */
export class LabPage {
  readonly desk = new Desk();
  readonly #console = new AttackConsole();
  readonly #building = buildPage();
  #server: Running | undefined;
  /** With the token, once it is open. */
  url: string | undefined;

  constructor() {
    this.#building.catch(() => undefined); // whoever opens it gets the error
  }

  /** @throws UnavailableError when the port is taken. */
  async open(env: NodeJS.ProcessEnv): Promise<void> {
    const files = await this.#building;
    const token = randomBytes(24).toString('base64url');
    const app = createPageApp({ token, desk: this.desk, console: this.#console, files });
    this.#server = await listen(app, {
      port: Number(env['SESSION_LAB_PORT'] || (env['PORT'] === '0' ? 0 : PORT)),
      host: '127.0.0.1',
      setting: 'SESSION_LAB_PORT',
    });
    this.url = `${this.#server.url}/${token}/`;
  }

  async close(): Promise<void> {
    this.desk.endStreams();
    await this.#console.close();
    await this.#server?.close();
  }
}
