// A primary that dies while users are busy, and what they see of it.
import { setTimeout as wait } from 'node:timers/promises';
import {
  leaveBehind,
  type RedisMember,
  startRedisCluster,
  startRedisSentinel,
} from '@session-lab/services';
import { accounts, passwordOf, USERS } from '../chaos/accounts.ts';
import { check } from '../chaos/checker.ts';
import { random } from '../chaos/random.ts';
import { lookAtAll, RecordedStage } from '../chaos/stage.ts';
import { User } from '../chaos/user.ts';
import { Browser, replay } from '../src/browser.ts';
import type { Failover, Kind, Scene } from '../src/report/failover.ts';
import { launch, type Target } from '../src/target.ts';
import { postgres } from '../src/targets/postgres.ts';

const INSTANCES = 2;
const PACE_MS = 60;
/** Longer than a failover: a copy that was made before it is still there after it. */
const HOT_SECONDS = 30;
const LAG_MS = 500;
const BEFORE_MS = 1500;
/** So long without a failed request is a recovery. */
const QUIET_MS = 2000;
const LIMIT_MS = 60_000;

/** @returns what it cost, and whoever was shown somebody else's. */
export async function failOver(
  kind: Kind,
  target: Target,
  scene: Scene,
): Promise<{ seen: Failover; crossUser: string[] }> {
  const redis = await (kind === 'Sentinel' ? openSentinel() : openCluster());
  const rows = target.name === 'hybrid' ? await postgres.openBackend() : undefined;
  const env = {
    STORE_DEADLINE_MS: '1500',
    HYBRID_HOT_SECONDS: String(HOT_SECONDS),
    ...(scene === 'behind, waiting' && { REDIS_WAIT_REPLICAS: String(redis.replicas) }),
  };
  const backend = { env: { ...redis.env, ...rows?.env }, close: async () => undefined };
  const users = target.createUsers([...(await accounts()), await witnessAccount()]);
  const apps = await Promise.all(
    Array.from({ length: INSTANCES }, () => launch(target, backend, { env, users })),
  );
  try {
    const witness = new Witness(apps[0]?.url ?? '');
    const stage = new RecordedStage({ instances: apps, paceMs: PACE_MS });
    const { events } = stage;
    const people = Array.from({ length: USERS }, (_, n) => new User(n, random(n, USERS), stage));
    const failures = () => events.filter((event) => event.kind === 'request' && !event.ok);
    const lastFailure = () => Math.max(killed, ...failures().map(({ ended }) => ended));
    let killed = 0;
    const strike = async () => {
      try {
        await wait(BEFORE_MS);
        await witness.arrive();
        const victim = await redis.primary();
        killed = await killPrimary(victim, redis.all, scene, () => witness.comeAndGo());
        if (scene === 'behind, waiting') await comeBack(victim, redis);
        while (performance.now() - lastFailure() < QUIET_MS) {
          if (performance.now() - killed > LIMIT_MS) {
            const last = failures().slice(-8);
            const told = last.map(
              ({ what, instance, answer }) => `${what} at ${instance}: ${answer}`,
            );
            throw new Error(`no recovery in a minute: ${told.join(', ')}`);
          }
          await wait(50);
        }
      } finally {
        stage.isOver = true;
      }
    };
    await Promise.all([strike(), ...people.map((person) => person.play())]);
    const [recoveryMs, failed] = [lastFailure() - killed, failures().length];

    await lookAtAll(people, apps.length);
    const violations = check(events, [], HOT_SECONDS * 1000);
    const { lost, undone } = await witness.lookAgain();
    const seen: Failover = {
      example: target.name,
      kind,
      scene,
      requests: events.filter((event) => event.kind === 'request').length,
      failed,
      recoveryMs,
      lostLogins: violations.lostLogins.length + lost,
      undoneLogouts: violations.resurrectedLogouts.length + undone,
      refusedLogins: witness.refusedLogins,
      refusedLogouts: witness.refusedLogouts,
    };
    return { seen, crossUser: violations.crossUser };
  } finally {
    await Promise.all(apps.map((app) => app.close()));
    await Promise.all([rows?.close(), redis.close()]);
  }
}

interface Servers {
  env: Record<string, string>;
  all: readonly RedisMember[];
  /** How many each primary has. */
  replicas: number;
  primary(): Promise<RedisMember>;
  /** Starts one that has ended, as a replica. */
  rejoin(server: RedisMember): Promise<void>;
  close(): Promise<void>;
}

async function openSentinel(): Promise<Servers> {
  const { env, servers, primary, rejoin, close } = await startRedisSentinel();
  return { env: { ...env }, all: servers, replicas: 2, primary, rejoin, close };
}

/** One of the three primaries is killed: a third of the keys is its own. */
async function openCluster(): Promise<Servers> {
  const { env, members, primaryOf, rejoin, close } = await startRedisCluster();
  const primary = () => primaryOf('any');
  return { env: { ...env }, all: members, replicas: 1, primary, rejoin, close };
}

/** @returns when. */
async function killPrimary(
  victim: RedisMember,
  all: readonly RedisMember[],
  scene: Scene,
  atLast: () => Promise<void>,
): Promise<number> {
  const goOn = scene === 'in step' ? undefined : await leaveBehind(victim, all);
  await Promise.all([goOn && wait(LAG_MS), atLast()]);
  const killed = performance.now();
  await victim.kill();
  await goOn?.();
  return killed;
}

/** Not before another has taken over: it would come back empty, and still be the primary. */
async function comeBack(victim: RedisMember, { primary, rejoin }: Servers): Promise<void> {
  const began = performance.now();
  while ((await primary()) === victim) {
    if (performance.now() - began > LIMIT_MS) throw new Error('nobody has taken over in a minute');
    await wait(50);
  }
  await rejoin(victim);
}

const WITNESS = { email: 'witness@example.com', password: passwordOf(1) };
const SESSIONS = 24;

async function witnessAccount() {
  const [, account] = await accounts();
  if (!account) throw new Error('no account');
  return { ...account, id: 'witness', email: WITNESS.email };
}

/** Comes and goes on many devices just before the primary dies, and looks again afterwards. */
class Witness {
  readonly #url: string;
  #leaving: Browser[] = [];
  readonly #loggedIn: string[] = [];
  readonly #loggedOut: string[] = [];
  refusedLogins = 0;
  refusedLogouts = 0;

  constructor(url: string) {
    this.#url = url;
  }

  async arrive(): Promise<void> {
    const began = performance.now();
    // Nobody in time, on a busy machine: then once more.
    while (this.#leaving.length === 0 && performance.now() - began < LIMIT_MS) {
      this.#leaving = await this.#logIn();
    }
    await Promise.all(this.#leaving.map((browser) => browser.get('/profile')));
  }

  /** Keeps what was confirmed. All at once: who was silent for long is not promoted. */
  async comeAndGo(): Promise<void> {
    await Promise.all([this.#come(), this.#go()]);
  }

  async #come(): Promise<void> {
    const browsers = await this.#logIn();
    this.refusedLogins = SESSIONS - browsers.length;
    for (const browser of browsers) this.#loggedIn.push(await browser.cookieHeader());
  }

  async #go(): Promise<void> {
    await Promise.all(
      this.#leaving.map(async (browser) => {
        const cookie = await browser.cookieHeader();
        if ((await browser.post('/logout')).status === 204) this.#loggedOut.push(cookie);
        else this.refusedLogouts += 1;
      }),
    );
  }

  async lookAgain(): Promise<{ lost: number; undone: number }> {
    const [came, left] = [this.#loggedIn, this.#loggedOut];
    const isSeen = came.length + this.refusedLogins > 0 && left.length + this.refusedLogouts > 0;
    if (!isSeen) throw new Error('nobody came, or nobody left');
    const status = async (cookie: string) => (await replay(this.#url, cookie)).status;
    const [cameNow, leftNow] = [await all(came.map(status)), await all(left.map(status))];
    return {
      lost: cameNow.filter((each) => each === 401).length,
      undone: leftNow.filter((each) => each === 200).length,
    };
  }

  /** @returns those that were let in. */
  async #logIn(): Promise<Browser[]> {
    const browsers = Array.from({ length: SESSIONS }, () => new Browser(this.#url));
    const answers = await all(browsers.map((browser) => browser.post('/login', WITNESS)));
    return browsers.filter((_, index) => answers[index]?.status === 200);
  }
}

const all = <T>(promises: Promise<T>[]): Promise<T[]> => Promise.all(promises);
