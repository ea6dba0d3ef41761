import { ManualClock } from 'security-helpers';
import { afterAll, beforeAll } from 'vitest';
import type { Users } from '../../../../examples/memory/src/users.ts';
import {
  type Backend,
  type BackendOptions,
  type Launched,
  launch,
  type Target,
} from '../target.ts';

/** One example on one store, for the tests of one suite. */
export interface UnderTest {
  backend: Backend;
  clock: ManualClock;
  app: Launched;
  url: string;
  /** Starts another instance on the same store. It is closed after the suite. */
  another(env?: Record<string, string>, users?: Users): Promise<Launched>;
}

/** Starts the example before the suite and ends it after. The fields are filled when tests run. */
export function startBefore(
  target: Target,
  env: Record<string, string> = {},
  backend: BackendOptions = {},
): UnderTest {
  const started: Launched[] = [];
  const test = {} as UnderTest;
  beforeAll(async () => {
    test.backend = await target.openBackend(backend);
    test.clock = new ManualClock();
    test.another = async (more = {}, users) => {
      const settings = { env: { ...env, ...more }, clock: test.clock };
      const options = { ...settings, ...(users && { users }) };
      const app = await launch(target, test.backend, options);
      started.push(app);
      return app;
    };
    test.app = await test.another();
    test.url = test.app.url;
  }, 120_000);
  afterAll(async () => {
    await Promise.all(started.map((app) => app.close()));
    await test.backend?.close();
  });
  return test;
}
