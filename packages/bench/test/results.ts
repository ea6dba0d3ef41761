// Made-up numbers: what is said of them has to follow from them.
import type { Cell, Requests, Run } from '../src/results.ts';

export function cell(server: string, profile: string, perSecond: number, more: Partial<Cell> = {}) {
  return {
    server,
    profile,
    round: 1,
    statuses: { '200': perSecond },
    sent: perSecond,
    unanswered: 0,
    seconds: 1,
    medianMs: 1,
    p99Ms: 2,
    busy: 0.1,
    redisCommands: { GET: 1 },
    postgresStatements: 0,
    walBytes: 0,
    ...more,
  } satisfies Cell;
}

export const run: Run = {
  date: '2026-01-02T03:04:05.678Z',
  plan: 'quick',
  system: {
    os: 'an OS',
    cpu: 'a processor',
    cores: 8,
    memoryGb: 16,
    openFiles: 1024,
    load: 0,
    governor: 'performance',
    versions: { node: '1.2.3' },
  },
};

export function requests(cells: Cell[]): Requests {
  const names = (key: 'server' | 'profile') => [...new Set(cells.map((each) => each[key]))];
  return {
    ...run,
    rounds: Math.max(...cells.map(({ round }) => round)),
    servers: names('server').map((name) => ({ name, title: name })),
    profiles: names('profile').map((name) => ({ name, title: name, connections: 50 })),
    cells,
    guards: [
      { guard: 'a lock', against: 'thieves', microseconds: 1.25 },
      { guard: 'a dog', against: 'cats', microseconds: 2 },
    ],
  };
}
