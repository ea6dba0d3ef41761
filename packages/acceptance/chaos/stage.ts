import type { Event } from './history.ts';
import type { Stage, User } from './user.ts';

export type StageParts = Pick<Stage, 'instances' | 'paceMs'> & Partial<Pick<Stage, 'patienceMs'>>;

/** A stage that keeps the history of what is played on it, until somebody says that it is over. */
export class RecordedStage implements Stage {
  readonly instances: Stage['instances'];
  readonly paceMs: number;
  readonly patienceMs: number;
  readonly events: Event[] = [];
  isOver = false;
  readonly #sessions = new Map<string, string[]>();

  constructor({ instances, paceMs, patienceMs = 2000 }: StageParts) {
    this.instances = instances;
    this.paceMs = paceMs;
    this.patienceMs = patienceMs;
  }

  now(): number {
    return performance.now();
  }

  record(event: Event): void {
    this.events.push(event);
    if (event.kind !== 'login') return;
    this.#sessions.set(event.user, [...this.sessionsOf(event.user), event.session]);
  }

  sessionsOf(user: string): string[] {
    return [...(this.#sessions.get(user) ?? [])];
  }

  next(): boolean {
    return !this.isOver;
  }
}

/** Looks at every session that ever was, on each of so many instances. */
export async function lookAtAll(users: readonly User[], instances = 1): Promise<void> {
  for (let instance = 0; instance < instances; instance++) {
    await Promise.all(
      users.map(async (user) => {
        for (const device of [...user.devices]) await user.read(device, instance, true);
      }),
    );
  }
}
