// What a failover costs: a primary that dies while users are busy. `npm run outages` writes it down.
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Failover, KINDS, leaveRedisFailovers, scenesOf } from '../src/report/failover.ts';
import { hybrid } from '../src/targets/hybrid.ts';
import { koa } from '../src/targets/koa.ts';
import { closePostgres } from '../src/targets/postgres.ts';
import { redis } from '../src/targets/redis.ts';
import { failOver } from './fail-over.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });
afterAll(closePostgres);

for (const kind of KINDS) {
  for (const target of [redis, koa, hybrid]) {
    describe(`${target.name} on ${kind}`, () => {
      const all: Failover[] = [];
      const scenes = scenesOf(target.name);
      const loss = target === hybrid ? ', and loses nothing' : '';

      it.each(scenes)(`#29 outlives its primary, replicas %s${loss}`, async (scene, runs) => {
        const isWaiting = scene === 'behind, waiting';
        const here: Failover[] = []; // a first try that fails has seen nothing
        for (let run = 0; run < runs; run++) {
          const { seen, crossUser } = await failOver(kind, target, scene);
          here.push(seen);
          expect(crossUser).toEqual([]);
          // It was an outage, and most were served all the same.
          expect(seen.failed).toBeGreaterThan(0);
          expect(seen.failed).toBeLessThan(seen.requests);
          if (target === hybrid || isWaiting) {
            expect(seen).toMatchObject({ lostLogins: 0, undoneLogouts: 0 });
          }
          if (!isWaiting) continue;
          // Refused in place of lost.
          expect(seen.refusedLogins).toBeGreaterThan(0);
          expect(seen.refusedLogouts).toBeGreaterThan(0);
        }
        all.push(...here);
      });

      it('was seen: npm run outages writes it down', () => {
        expect(all.length).toBe(scenes.reduce((sum, [, runs]) => sum + runs, 0));
        leaveRedisFailovers(kind, target.name, all);
      });
    });
  }
}
