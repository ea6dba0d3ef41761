import type { Workspace } from './workspaces.ts';

/** Results that a task of a package must leave behind. */
export interface Expected {
  folder: string;
  task: string;
}

export interface Plan {
  /** Names the report. */
  name: 'test' | 'test-all';
  /** For a person who waits: what comes now. */
  next: string;
  /** For turbo. */
  tasks: readonly string[];
  expected: readonly Expected[];
  /** What does not run without Redis; nothing where there is one. */
  leftOut: readonly Expected[];
}

/** The examples that need no Redis. Postgres comes with the dependencies. */
const WITHOUT_REDIS = ['examples/memory', 'examples/postgres'];
const PURE = ['//#lint:root', 'typecheck', 'test:unit'];
// Some packages have several, so that two processors have something to do till the end.
const SLOW = ['test:slow', 'test:outages', 'test:moves', 'test:starters'];

/** What `npm test` does: everything that is over in a few minutes. */
export function planTest(workspaces: readonly Workspace[], hasRedis: boolean): Plan {
  const units = resultsOf(workspaces, 'test:unit');
  const tests = resultsOf(workspaces, 'test');
  if (hasRedis) {
    return {
      name: 'test',
      next: "types, lint and unit tests, then the contract and the examples' own tests",
      tasks: [...PURE, 'test'],
      expected: [...units, ...tests],
      leftOut: [],
    };
  }
  const others = workspaces.filter(({ folder }) => WITHOUT_REDIS.includes(folder));
  return {
    name: 'test',
    next: 'what needs no Redis: types, lint, unit tests, the memory and the postgres example',
    tasks: [...PURE, ...others.map(({ name }) => `${name}#test`)],
    expected: [...units, ...resultsOf(others, 'test')],
    leftOut: tests.filter(({ folder }) => !WITHOUT_REDIS.includes(folder)),
  };
}

/** What `npm run test:all` does: what `npm test` leaves to it. */
export function planSlow(workspaces: readonly Workspace[], hasRedis: boolean): Plan {
  const expected = SLOW.flatMap((task) => resultsOf(workspaces, task));
  const runs = hasRedis ? expected : [];
  return {
    name: 'test-all',
    next: runs.length > 0 ? `slow tests (${folders(runs)})` : 'nothing: there are no slow tests',
    tasks: [...new Set(runs.map(({ task }) => task))],
    expected: runs,
    leftOut: hasRedis ? [] : expected,
  };
}

function resultsOf(workspaces: readonly Workspace[], task: string): Expected[] {
  return workspaces.filter(({ scripts }) => scripts[task]).map(({ folder }) => ({ folder, task }));
}

const folders = (expected: readonly Expected[]) =>
  [...new Set(expected.map(({ folder }) => folder))].join(', ');
