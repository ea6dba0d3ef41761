// A deploy while people are at it: three instances behind a load balancer are replaced one by one,
// with a change of secrets and of the cookie's life in between. Nobody notices.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { check } from '../chaos/checker.ts';
import { random } from '../chaos/random.ts';
import { lookAtAll, RecordedStage } from '../chaos/stage.ts';
import { User } from '../chaos/user.ts';
import { type Backend, NEXT_SECRET, NO_LIMITS, SECRET, type Target } from '../src/target.ts';
import { hybrid } from '../src/targets/hybrid.ts';
import { koa } from '../src/targets/koa.ts';
import { closePostgres, postgres } from '../src/targets/postgres.ts';
import { redis } from '../src/targets/redis.ts';
import { type Fleet, openFleet } from './fleet.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

type Env = Record<string, string>;

const INSTANCES = 3;
const USERS = 8;
const HERE = fileURLToPath(new URL('../chaos/', import.meta.url));

/** A change of secrets in two steps: every instance must know the new one before any signs with it. */
const DEPLOYS: readonly [what: string, env: Env][] = [
  ['the same once more', { SESSION_SECRET: SECRET }],
  ['a new secret, behind the old one', { SESSION_SECRET: `${SECRET},${NEXT_SECRET}` }],
  ['the new secret in front', { SESSION_SECRET: `${NEXT_SECRET},${SECRET}` }],
  ['cookies that last longer', { SESSION_REMEMBER_SECONDS: '40000' }],
  ['without the old secret', { SESSION_SECRET: NEXT_SECRET }],
];

afterAll(closePostgres);

describe.each([redis, koa, postgres, hybrid].map((target) => [target.name, target] as const))(
  '%s',
  (name, target: Target) => {
    let backend: Backend;
    let fleet: Fleet;
    let env: Env = { SESSION_SECRET: SECRET };

    const release = () => ({
      folder: HERE,
      script: 'instance.ts',
      env: { EXAMPLE: name, ...NO_LIMITS, STORE_DEADLINE_MS: '20000', ...backend.env, ...env },
    });
    beforeAll(async () => {
      backend = await target.openBackend();
      fleet = await openFleet(INSTANCES, release());
    });
    afterAll(async () => {
      await fleet?.close();
      await backend?.close();
    });

    it('a rolling deploy fails no request and logs nobody out', async () => {
      const stage = new RecordedStage({
        instances: fleet.instances,
        paceMs: 100,
        patienceMs: 30_000,
      });
      const { events } = stage;
      const users = Array.from({ length: USERS }, (_, n) => new User(n, random(1, n), stage));
      const playing = Promise.all(users.map((user) => user.play()));

      for (const [, changes] of DEPLOYS) {
        await lookAtAll(users); // a session that is not used signs nothing anew
        env = { ...env, ...changes };
        await fleet.deploy(release());
      }
      stage.isOver = true;
      await playing;
      await lookAtAll(users);

      const failed = events.filter((event) => event.kind === 'request' && !event.ok);
      expect(failed).toEqual([]);
      const { audit: _, ...violations } = check(events, [], 0);
      const none = { lostLogins: [], resurrectedLogouts: [], crossUser: [], lostWrites: [] };
      expect(violations).toEqual(none);
      const logins = events.filter(({ kind }) => kind === 'login').length;
      expect(logins).toBeGreaterThan(20);
    });
  },
);
