// A deploy while people are at it: three instances behind a load balancer are replaced one by one,
// with a change of secrets and of the cookie's life in between. Nobody notices.
import { fileURLToPath } from 'node:url';
import { ensureProgram } from '@session-lab/services';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { check } from '../chaos/checker.ts';
import type { Event } from '../chaos/history.ts';
import { random } from '../chaos/random.ts';
import { type Stage, User } from '../chaos/user.ts';
import { type ServerProcess, startServer } from '../src/server-process.ts';
import { type Backend, NEXT_SECRET, NO_LIMITS, SECRET, type Target } from '../src/target.ts';
import { hybrid } from '../src/targets/hybrid.ts';
import { koa } from '../src/targets/koa.ts';
import { closePostgres, postgres } from '../src/targets/postgres.ts';
import { redis } from '../src/targets/redis.ts';
import { type Balancer, openBalancer } from './balancer.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

type Env = Record<string, string>;

const INSTANCES = [0, 1, 2];
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
    let balancer: Balancer;
    const servers: ServerProcess[] = [];
    let env: Env = {};

    const startInstance = async (index: number) => {
      const port = servers[index] && new URL(servers[index].url).port;
      const settings = { EXAMPLE: name, ...NO_LIMITS, ...backend.env, ...env };
      const options = { STORE_DEADLINE_MS: '5000', ...(port && { PORT: port }) };
      servers[index] = await startServer(HERE, { ...settings, ...options }, 'instance.ts');
    };
    beforeAll(async () => {
      const program = await ensureProgram('haproxy', { announce: (line) => console.log(line) });
      backend = await target.openBackend();
      env = { SESSION_SECRET: SECRET };
      await Promise.all(INSTANCES.map(startInstance));
      balancer = await openBalancer(
        program,
        servers.map(({ url }) => url),
      );
    });
    afterAll(async () => {
      await balancer?.close();
      await Promise.all(servers.map((server) => server.kill()));
      await backend?.close();
    });

    it('a rolling deploy fails no request and logs nobody out', async () => {
      const events: Event[] = [];
      let isOver = false;
      const stage: Stage = {
        instances: [balancer],
        paceMs: 100,
        now: () => performance.now(),
        record: (event) => void events.push(event),
        sessionsOf: (user) =>
          events.flatMap((event) =>
            event.kind === 'login' && event.user === user ? [event.session] : [],
          ),
        next: () => !isOver,
      };
      const users = INSTANCES.concat(3, 4, 5, 6, 7)
        .slice(0, USERS)
        .map((number) => new User(number, random(1, number), stage));
      const playing = Promise.all(users.map((user) => user.play()));
      const everybodyLooks = () =>
        Promise.all(
          users.map(async (user) => {
            for (const device of [...user.devices]) await user.read(device, 0, true);
          }),
        );

      for (const [, changes] of DEPLOYS) {
        await everybodyLooks(); // a session that is not used signs nothing anew
        env = { ...env, ...changes };
        for (const index of INSTANCES) {
          await balancer.drain(index);
          expect(await servers[index]?.stop()).toBe(0);
          await startInstance(index);
          await balancer.enable(index);
        }
      }
      isOver = true;
      await playing;
      await everybodyLooks();

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
