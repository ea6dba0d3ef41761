import type { ClientCaching } from './results.ts';
import { percentile } from './statistics.ts';
import { describe, table } from './words.ts';

/** What a cache in the client gains, what it does not see, and why the examples have none. */
export function sayClientCache({ reads, logouts, deadLine, ...run }: ClientCaching): string {
  const readRows = reads.map(({ caches, commands, microseconds, redisMicroseconds }) => [
    caches ? 'from the cache' : 'from Redis',
    commands.toFixed(2),
    microseconds.toFixed(1),
    redisMicroseconds.toFixed(1),
  ]);
  const readTitles = ['a read', 'commands', 'processor µs, instance', 'processor µs, Redis'];
  const logoutRows = logouts.map(({ workMs, unseenMs }) => [
    workMs === 0 ? 'nothing else to do' : `${workMs} ms of work in each turn of its event loop`,
    `${unseenMs.length}`,
    `${unseenMs.filter((ms) => ms > 0).length}`,
    ...[0.5, 0.99, 1].map((share) => percentile(unseenMs, share).toFixed(2)),
  ]);
  const logoutTitles = [
    'the other instance has',
    'logouts',
    'unseen',
    'median ms',
    '99 % ms',
    'most ms',
  ];
  const deadRows = deadLine.map(({ asks, unseenMs, limitMs, isGone }) => [
    asks ? 'asked each second whether it is still one' : 'as in the README',
    isGone
      ? `${(unseenMs / 1000).toFixed(1)} s`
      : `still, when it was no longer watched after ${(limitMs / 1000).toFixed(0)} s`,
  ]);
  const deadTitles = ["the other instance's connection", 'the session was believed for'];
  return [
    `## A cache in the client\n\n${describe(run)}\n\n${CLIENT_CACHE}\n`,
    table([readTitles, ...readRows]),
    'How long another instance believes in a session after its end was confirmed (`DEL` answered):\n',
    table([logoutTitles, ...logoutRows]),
    'And when that instance is cut off from Redis without being told (a half-open connection):\n',
    table([deadTitles, ...deadRows]),
    `${CONCLUSION}\n`,
  ].join('\n');
}

const CLIENT_CACHE = [
  'Redis can tell its clients which keys have changed (RESP3, `CLIENT TRACKING`), so that they may keep',
  'what they have read; node-redis does with `clientSideCache`. Reads of records that nobody writes,',
  'which is the most that there is to gain:',
].join('\n');

const CONCLUSION = [
  '**The examples have no such cache.** That a session was ended is told to other instances after it was',
  'told to the user, and an instance that hears nothing takes it for no news: who is logged out, or was',
  'thrown out, is let in. Nor does a read ask whether the store is there, so it cannot fail closed. It',
  'fits what may be old for a while: settings, prices, pages.',
].join('\n');
