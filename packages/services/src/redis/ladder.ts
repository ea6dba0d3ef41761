// REDIS_URL is asked for elsewhere; from there on: PATH, Docker, an install without a question.
import {
  announcer,
  findImage,
  type Image,
  type LadderOptions,
  lastLine,
  mayInstall,
  pull,
  refusesInstall,
} from '../images.ts';
import { carryOut, findInstaller, type Installer } from '../installer.ts';
import { UnavailableError } from '../unavailable.ts';
import { findRedisBinary, type RedisBinary } from './binary.ts';
import { installAdvice, redisPackage } from './installer.ts';

/** Pinned: a lab that shows what Redis does must show the same tomorrow. */
export const redisImage = 'redis:7.4.2-alpine';

/** Something that can run a Redis of ours. */
export type RedisProgram = RedisBinary | Image;

/** What is there already; installs nothing. */
export async function findRedisProgram(env: NodeJS.ProcessEnv): Promise<RedisProgram | undefined> {
  return (await findRedisBinary(env)) ?? (await findImage(redisImage, env));
}

/**
 * Finds what can run a Redis: `redis-server` or `valkey-server` on the PATH, else Docker, else
 * the machine's package manager where it asks no question.
 * @throws UnavailableError when nothing of this works or installing is refused
 */
export async function ensureRedisBinary(options: LadderOptions = {}): Promise<RedisProgram> {
  const env = options.env ?? process.env;
  const found = await findRedisProgram(env);
  if (found?.provider === 'binary') return found;
  if (found) return found.isHere ? found : pull('Redis', found, options);

  const installer = await findInstaller(redisPackage(), env);
  if (!installer || !mayInstall(options)) throw new UnavailableError(missingSentence(env));
  return install(installer, env, announcer(options));
}

/** One sentence for a machine that has no Redis and gets none unasked. */
export function missingSentence(env: NodeJS.ProcessEnv): string {
  const refused = refusesInstall(env) ? ' and SESSION_LAB_NO_INSTALL=1 keeps the lab from it' : '';
  return (
    `No Redis was found on this machine${refused}: ` +
    `${installAdvice(env)}, start Docker, or set REDIS_URL to a server that runs.`
  );
}

async function install(
  installer: Installer,
  env: NodeJS.ProcessEnv,
  announce: (line: string) => void,
): Promise<RedisProgram> {
  const line = `Installing Redis: ${installer.line} (SESSION_LAB_NO_INSTALL=1 refuses this).`;
  announce(`${line} ${installer.sideEffect}`.trimEnd());
  const said = await carryOut(installer);
  const found = await findRedisBinary(env);
  if (found) return found;
  throw new UnavailableError(
    `\`${installer.line}\` did not bring a usable Redis (${lastLine(said)}): ` +
      'try it by hand, start Docker, or set REDIS_URL.',
  );
}
