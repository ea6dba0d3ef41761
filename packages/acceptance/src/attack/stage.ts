import { deriveKeys, ManualClock, parseSecrets, type Running } from 'security-helpers';
import { migrate, readPostgresConfig } from 'security-helpers/postgres';
import { serve } from '../serve.ts';
import { type Backend, PRODUCTION, SECRET, type Target } from '../target.ts';
import type {
  AnyAttack,
  Exchange,
  FixedServer,
  Power,
  Powers,
  Setting,
  Surface,
  Vulnerable,
} from './attack.ts';
import { Person } from './person.ts';
import { readOnlyStore } from './read-only.ts';
import { recordsIn } from './records.ts';
import { openSlowLine } from './slow-line.ts';

/** A server that an attack can be played against, and what has happened on it so far. */
export interface Stage {
  surface: Surface<Power>;
  exchanges: Exchange[];
  close(): Promise<void>;
}

/** Starts the server with the fault; or, of an attack that brings one, the server without. */
export async function openServer(attack: AnyAttack, fixed?: FixedServer<Power>): Promise<Stage> {
  const clock = new ManualClock();
  const opened: Vulnerable<Power> = await (fixed
    ? fixed.create({ clock })
    : attack.vulnerable({ clock }));
  const { listener, close, ...powers } = opened;
  const served = await serve(listener);
  return stageOf(attack, served.url, { ...powers, clock }, async () => {
    await served.close();
    await close?.();
  });
}

const settings: Record<Setting, Record<string, string>> = {
  development: {},
  proxied: PRODUCTION.env,
};

let count = 0;

/** An example on its real store, which all attacks share: each gets a namespace of its own. */
export class ExampleStages {
  readonly name: string;
  readonly #target: Target;
  readonly #backend: Backend;

  private constructor(target: Target, backend: Backend) {
    this.name = target.name;
    this.#target = target;
    this.#backend = backend;
  }

  static async open(target: Target): Promise<ExampleStages> {
    return new ExampleStages(target, await target.openBackend());
  }

  async openFor(attack: AnyAttack): Promise<Stage> {
    count += 1;
    const namespace = `attack_${count}`;
    const clock = new ManualClock();
    // Roles are changed past the server, as by an administrator elsewhere.
    const users = this.#target.createUsers();
    const env: Record<string, string> = {
      PORT: '0',
      SESSION_SECRET: SECRET,
      STORE_DEADLINE_MS: '10000',
      ...settings[attack.setting],
      ...this.#backend.env,
      SESSION_NAMESPACE: namespace,
    };
    if (env['DATABASE_URL']) await migrate(readPostgresConfig(env), namespace);

    const closing: (() => Promise<void>)[] = [];
    const launch = async (more: Record<string, string> = {}): Promise<Running> => {
      const log = { info: () => undefined };
      const running = await this.#target.start({ env: { ...env, ...more }, clock, users, log });
      closing.unshift(() => running.close());
      return running;
    };
    const { url } = await launch();
    const [cookieKey] = deriveKeys(parseSecrets(SECRET)).cookie;
    const cookieName = attack.setting === 'development' ? 'sid' : '__Host-sid';
    const powers: Powers = {
      clock,
      records: recordsIn(env, namespace),
      readOnly: readOnlyStore(env, namespace),
      signed: (id) => this.#target.cookies.signed(cookieName, id, cookieKey),
      accounts: users,
      slowLine: {
        hold() {
          throw new TypeError('the slow line was not asked for');
        },
      },
    };
    if (attack.needs.includes('slowLine')) {
      // Postgres decides in the hybrid example, and it is the slower one.
      const setting = env['DATABASE_URL'] ? 'DATABASE_URL' : 'REDIS_URL';
      const line = await openSlowLine(env[setting] ?? '');
      closing.push(line.close);
      const slow = await launch({ [setting]: line.url });
      powers.slowLine = { url: slow.url, hold: line.hold };
    }
    return stageOf(attack, url, powers, async () => {
      for (const close of closing) await close();
    });
  }

  close(): Promise<void> {
    return this.#backend.close();
  }
}

function stageOf(
  { setting }: AnyAttack,
  url: string,
  powers: Partial<Powers>,
  close: () => Promise<void>,
): Stage {
  const exchanges: Exchange[] = [];
  const { origin: seenAs, headers } = PRODUCTION;
  const options = setting === 'proxied' ? { seenAs, headers } : {};
  const surface = {
    url,
    origin: options.seenAs ?? url,
    person: (name: string, at = url) => new Person(name, exchanges, at, options),
    ...powers,
  } as Surface<Power>;
  return { surface, exchanges, close };
}
