import type { Exercise } from '../src/exercise.ts';
import { readACookie } from './01-read-a-cookie/exercise.ts';
import { cookieFlags } from './02-cookie-flags/exercise.ts';
import { aNewIdAtLogin } from './03-a-new-id-at-login/exercise.ts';
import { logOutForReal } from './04-log-out-for-real/exercise.ts';
import { secretsAndRotation } from './05-secrets-and-rotation/exercise.ts';
import { idleAndAbsoluteTimeout } from './06-idle-and-absolute-timeout/exercise.ts';
import { csrf } from './07-csrf/exercise.ts';
import { fromMemoryToRedis } from './08-from-memory-to-redis/exercise.ts';
import { surviveARedisOutage } from './09-survive-a-redis-outage/exercise.ts';
import { listAndRevoke } from './10-list-and-revoke/exercise.ts';
import { theLogoutThatASlowRequestUndoes } from './11-the-logout-that-a-slow-request-undoes/exercise.ts';
import { fromPostgresToRedis } from './12-from-postgres-to-redis/exercise.ts';

/** In the order in which they are done. */
export const exercises: readonly Exercise[] = [
  readACookie,
  cookieFlags,
  aNewIdAtLogin,
  logOutForReal,
  secretsAndRotation,
  idleAndAbsoluteTimeout,
  csrf,
  fromMemoryToRedis,
  surviveARedisOutage,
  listAndRevoke,
  theLogoutThatASlowRequestUndoes,
  fromPostgresToRedis,
];
