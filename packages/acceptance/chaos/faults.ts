import type { Random } from './random.ts';
import { INSTANCES, type World } from './world.ts';

/** What is struck: two faults of one target exclude each other. */
export interface Planned {
  name: FaultName;
  target: string;
  /** Milliseconds after the beginning of its episode. */
  afterMs: number;
  lastsMs: number;
  begin(world: World): Promise<void> | void;
  end(world: World): Promise<void> | void;
}

/** `lost`: what was under way in a line that is cut never arrives. */
type Act = (world: World, instance: number, lost: boolean) => Promise<void> | void;
const nothing: Act = () => undefined;
const at = (world: World, instance: number) => {
  const found = world.instances[instance];
  if (!found) throw new RangeError(`there is no instance ${instance}`);
  return found;
};

/** Every kind of fault: what it strikes, how it begins, and how all is well again. */
const FAULTS = {
  'redis killed': ['redis', (w) => w.redis.kill(), (w) => w.redis.restart()],
  'redis frozen': ['redis', (w) => w.redis.freeze(), (w) => w.redis.thaw()],
  'redis wiped': ['redis', (w) => w.wipeRedis(), nothing],
  'redis restarted empty': [
    'redis',
    (w) => w.redis.kill(),
    (w) => w.redis.restart({ empty: true }),
  ],
  'redis rolled back': [
    'redis',
    (w) => w.redis.kill(),
    async (w) => {
      // What it knows now comes back the next time; and now, what it knew then.
      const next = await w.redis.backup();
      await w.redis.restore(w.backup);
      w.backup = next;
      await w.redis.restart();
    },
  ],
  'postgres killed': ['postgres', (w) => w.postgres.kill(), (w) => w.postgres.restart()],
  'postgres frozen': ['postgres', (w) => w.postgres.freeze(), (w) => w.postgres.thaw()],
  'instance killed': ['instance', (w, i) => at(w, i).kill(), (w, i) => at(w, i).start()],
  'instance frozen': ['instance', (w, i) => at(w, i).freeze(), (w, i) => at(w, i).thaw()],
  'instance cut off from redis': [
    'redis line',
    (w, i) => at(w, i).redisLine.hold(),
    (w, i, lost) => at(w, i).redisLine.mend({ lost }),
  ],
  'instance cut off from postgres': [
    'postgres line',
    (w, i) => at(w, i).postgresLine.hold(),
    (w, i, lost) => at(w, i).postgresLine.mend({ lost }),
  ],
} satisfies Record<string, [target: string, begin: Act, end: Act]>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/**
 * Which faults come when: each kind equally often, in an order of chance, one, two or three of them
 * at the same time.
 *
 * @param times how often each kind.
 */
export function planFaults(random: Random, times: number): Planned[][] {
  const queue = random.shuffled(FAULT_NAMES.flatMap((name) => Array<FaultName>(times).fill(name)));
  const episodes: Planned[][] = [];
  while (queue.length > 0) {
    const episode = queue.splice(0, random.between(1, 3)).map((name) => plan(name, random));
    const targets = new Set(episode.map(({ target }) => target));
    if (targets.size === episode.length) episodes.push(episode);
    else episodes.push(...episode.map((fault) => [fault]));
  }
  return episodes;
}

function plan(name: FaultName, random: Random): Planned {
  const [kind, begin, end]: [string, Act, Act] = FAULTS[name];
  const instance = random.between(0, INSTANCES - 1);
  const lost = random.between(0, 1) === 1;
  return {
    name,
    target: kind === 'redis' || kind === 'postgres' ? kind : `${kind} ${instance}`,
    afterMs: random.between(0, 300),
    // Most are short. Some last until users have tried again.
    lastsMs: random.between(1, 4) > 1 ? random.between(100, 1200) : random.between(1200, 4000),
    begin: (world) => begin(world, instance, lost),
    end: (world) => end(world, instance, lost),
  };
}
