import type { Seen } from '../../acceptance/overload/crowd.ts';
import { Crowd } from '../../acceptance/overload/crowd-process.ts';
import { closing } from '../../lab/src/stories/stage.ts';
import type { Load } from './load.ts';
import { observe } from './measure.ts';
import { type CrowdPlan, mostPeople } from './profiles.ts';
import type { Cell } from './results.ts';
import { type Contestant, type Stores, startContestant } from './servers.ts';
import type { StoreCounter } from './store-counts.ts';

const WARM_UP_SECONDS = 2;
const AT_ONCE = 20;

export interface CrowdMeasurement {
  plan: CrowdPlan;
  contestants: readonly Contestant[];
  stores: Stores;
  counter: StoreCounter;
  /** Further settings of all servers. */
  env?: Record<string, string>;
  progress(done: number, line: string): void;
  /** Gets what there is after each round. */
  save(cells: readonly Cell[]): void;
}

/**
 * Measures servers with people who do not click as fast as they are answered: how long an answer
 * takes, not how many there are. Each server alone, with a crowd of its own: that many connections
 * to all of them at a time would be another measurement.
 */
export async function measureCrowds(measurement: CrowdMeasurement): Promise<Cell[]> {
  const { plan, contestants, stores, counter, env, progress, save } = measurement;
  const settings = { USERS: String(mostPeople(plan)), ...env };
  const steps = plan.rounds * plan.crowds.length * contestants.length;
  const cells: Cell[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    for (const { name, title, people, perSecond, seconds } of plan.crowds) {
      for (const contestant of contestants) {
        const line = `round ${round} of ${plan.rounds}: ${title}: ${contestant.name}`;
        progress(cells.length / steps, line);
        const seen = await closing(async (open) => {
          const starting = startContestant(contestant, stores, settings);
          const { url, pid } = await open(
            starting.then((server) => ({ ...server, close: () => server.kill() })),
          );
          const crowd = await open(Promise.resolve(new Crowd()));
          await crowd.send({ do: 'arrive', url, people });
          await crowd.send({ do: 'take turns', atOnce: AT_ONCE, seconds: WARM_UP_SECONDS });
          const rush = { do: 'rush', perSecond, seconds } as const;
          return observe(counter, pid, async () => loadOf(await crowd.send<Seen>(rush)));
        });
        cells.push({ server: contestant.name, profile: name, round, ...seen });
      }
    }
    save(cells);
  }
  return cells;
}

function loadOf({ statuses, sent, unanswered, seconds, medianMs, p99Ms, busy }: Seen): Load {
  const lost = Object.values(unanswered).reduce((sum, count) => sum + count, 0);
  return { statuses, sent, unanswered: lost, seconds, medianMs, p99Ms, busy };
}
