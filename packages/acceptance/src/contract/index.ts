import { describe } from 'vitest';
import type { Target } from '../target.ts';
import { concurrencySuite } from './concurrency.ts';
import { cookieSuite } from './cookie.ts';
import { crossSiteSuite } from './cross-site.ts';
import { fixationSuite } from './fixation.ts';
import { identifierSuite } from './identifier.ts';
import { inputSuite } from './input.ts';
import { lifetimeSuite } from './lifetime.ts';
import { logSuite } from './log.ts';
import { logoutSuite } from './logout.ts';
import { overloadSuite } from './overload.ts';
import { privilegeSuite } from './privilege.ts';
import { productionSuite } from './production.ts';
import { recordsSuite } from './records.ts';
import { renewalSuite } from './renewal.ts';
import { routesSuite } from './routes.ts';
import { secretsSuite } from './secrets.ts';
import { sessionsSuite } from './sessions.ts';
import { throttleSuite } from './throttle.ts';

/** What differs where the target is not the example itself, but what was made of it. */
export interface ContractOptions {
  /** How many ids #1 draws. */
  ids?: number;
  /** Where its `src/server.ts` is; asked for once its tests run. */
  folder?: () => string;
}

/** Everything that every example must do, over real HTTP and on its real store. */
export function contract(target: Target, { ids, folder }: ContractOptions = {}): void {
  describe(target.name, () => {
    routesSuite(target);
    identifierSuite(target, ids);
    fixationSuite(target);
    cookieSuite(target);
    productionSuite(target);
    lifetimeSuite(target);
    logoutSuite(target);
    crossSiteSuite(target);
    inputSuite(target);
    recordsSuite(target);
    secretsSuite(target);
    sessionsSuite(target);
    privilegeSuite(target);
    renewalSuite(target);
    concurrencySuite(target);
    throttleSuite(target);
    overloadSuite(target);
    logSuite(target, folder);
  });
}
