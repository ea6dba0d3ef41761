import type { Claim } from './claims.ts';
import { recommend } from './recommendation.ts';
import type { Results } from './results.ts';
import { sayClaims } from './say-claims.ts';
import { sayClientCache } from './say-client-cache.ts';
import { sayRequests, sayUsers } from './say-requests.ts';
import { sayGrowth, sayPrunes } from './say-stores.ts';
import { list } from './words.ts';

/**
 * All there is to say about what was run, in Markdown that can be read in a terminal as well.
 *
 * @param claimed what is said elsewhere, beside it.
 */
export function report(results: Results, claimed: readonly Claim[] = []): string {
  const { requests, users, sizes, prune, 'client-cache': clientCache } = results;
  return [
    '# Benchmarks\n',
    `${ABOUT}\n`,
    ...(claimed.length > 0 ? [sayClaims(claimed)] : []),
    ...(requests ? [`## What to take from it\n\n${list(recommend(requests.cells))}\n`] : []),
    ...(requests ? [sayRequests(requests)] : []),
    ...(users ? [sayUsers(users)] : []),
    ...(sizes ? [sayGrowth(sizes)] : []),
    ...(prune ? [sayPrunes(prune)] : []),
    ...(clientCache ? [sayClientCache(clientCache)] : []),
  ].join('\n');
}

const ABOUT = [
  'Each part was measured by itself; it says when, and on what. Medians, with the least and the most of',
  'the rounds; load, servers and stores on one machine, commits forced to the disk. `@fastify/session`',
  'is not among them: what it reads cookies with does not install on Node 20.',
].join('\n');
