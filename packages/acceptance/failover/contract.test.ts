import { afterAll, describe, vi } from 'vitest';
import { fixationSuite } from '../src/contract/fixation.ts';
import { logoutSuite } from '../src/contract/logout.ts';
import { recordsSuite } from '../src/contract/records.ts';
import { routesSuite } from '../src/contract/routes.ts';
import { sessionsSuite } from '../src/contract/sessions.ts';
import { throttleSuite } from '../src/contract/throttle.ts';
import { hybrid } from '../src/targets/hybrid.ts';
import { koa } from '../src/targets/koa.ts';
import { closePostgres } from '../src/targets/postgres.ts';
import { redis } from '../src/targets/redis.ts';
import { closeAll, KINDS, on } from './on.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
afterAll(() => Promise.all([closeAll(), closePostgres()]));

for (const kind of KINDS) {
  for (const example of [redis, koa, hybrid]) {
    const target = on(kind, example);
    describe(target.name, () => {
      for (const suite of [
        routesSuite,
        fixationSuite,
        logoutSuite,
        recordsSuite,
        sessionsSuite,
        throttleSuite,
      ]) {
        suite(target);
      }
    });
  }
}
