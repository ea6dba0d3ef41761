// Everything that can be done to an example and to its stores.
import { touchAfterMs } from 'security-helpers';
import type { Plug } from './api.ts';
import type { StoreService } from './store-service.ts';
import type { Subject } from './subject.ts';

const MINUTE = 60_000;

export interface Pullable extends Plug {
  /** Below the repository. */
  doc: string;
  /** What is to be known where the session is still served afterwards. */
  aside?: string;
  pull(): Promise<void>;
}

/** In the order in which they are shown. */
export function plugsOf(subject: Subject): Pullable[] {
  const { redis, postgres } = subject.parts.services;
  return [
    ...appPlugs(subject),
    ...(redis ? storePlugs('redis', redis, 'docs/outages.md#redis') : []),
    ...(postgres ? storePlugs('postgres', postgres, 'docs/outages.md#postgres') : []),
    ...clockPlugs(subject),
    ...secondPlugs(subject),
  ];
}

function appPlugs(subject: Subject): Pullable[] {
  const app = { group: 'The app', doc: 'docs/outages.md#the-app' };
  const isDown = 'It is down.';
  return [
    {
      ...app,
      id: 'app-kill',
      label: 'kill -9 the app',
      why: subject.processes.isUp ? null : isDown,
      pull: async () => subject.processes.first?.kill(),
    },
    {
      ...app,
      id: 'app-restart',
      label: subject.processes.isUp ? 'kill -9, start it again' : 'Start it again',
      why: null,
      async pull() {
        if (subject.processes.isUp) await subject.processes.first?.kill();
        await subject.processes.start();
      },
    },
  ];
}

function storePlugs(id: string, service: StoreService, doc: string): Pullable[] {
  const { title, state, refusal } = service;
  const plug = (
    what: string,
    label: string,
    why: string | null,
    pull: () => Promise<void>,
  ): Pullable => ({ id: `${id}-${what}`, label, group: title, doc, why: refusal ?? why, pull });
  const isNot = (wanted: string) => (state === wanted ? null : `It is ${state}.`);
  const log = id === 'redis' ? 'its AOF' : 'its log';
  return [
    plug('freeze', 'Freeze (SIGSTOP)', isNot('running'), () => service.freeze()),
    plug('thaw', 'Thaw', isNot('frozen'), () => service.thaw()),
    plug('kill', 'kill -9', state === 'killed' ? 'It is killed.' : null, () => service.kill()),
    plug('restart', `kill -9, start with ${log}`, null, () =>
      service.restart(id === 'redis' ? { persistence: 'aof-everysec' } : {}),
    ),
    plug('empty', 'kill -9, start empty', null, () => service.restart({ empty: true })),
  ];
}

function clockPlugs(subject: Subject): Pullable[] {
  const { aheadMs, isUp } = subject.processes;
  const isDown = isUp ? null : 'The app is down, and its clock with it.';
  const turn = (id: string, label: string, toMs: number, why: string | null = null): Pullable => ({
    id,
    label,
    group: 'The clock',
    doc: 'docs/commands.md#the-idle-timeout-slides-all-the-same',
    why: isDown ?? why,
    pull: async () => subject.processes.turnClock(toMs),
  });
  const idle = subject.parts.config.lifetime;
  const lastMinute = Math.round((idle.idleMs + touchAfterMs(idle)) / MINUTE);
  return [
    {
      ...turn('clock-31min', '+31 min', aheadMs + 31 * MINUTE),
      aside: `a session that nobody uses ends after ${lastMinute} min, a tenth late at most`,
    },
    turn('clock-34min', '+34 min', aheadMs + 34 * MINUTE),
    turn('clock-13h', '+13 h', aheadMs + 13 * 60 * MINUTE),
    turn('clock-now', 'Back to now', 0, aheadMs > 0 ? null : 'It shows the real time.'),
  ];
}

function secondPlugs(subject: Subject): Pullable[] {
  const isThere = subject.processes.second?.isUp ?? false;
  const second = { group: 'A second instance', doc: 'README.md' };
  return [
    {
      ...second,
      id: 'second-start',
      label: 'Start one, and take turns',
      why: isThere ? 'It runs.' : null,
      pull: () => subject.processes.startSecond(),
    },
    {
      ...second,
      id: 'second-stop',
      label: 'Stop it',
      why: isThere ? null : 'There is none.',
      pull: () => subject.processes.stopSecond(),
    },
  ];
}
