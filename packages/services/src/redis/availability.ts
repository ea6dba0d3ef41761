import { findRedisBinary } from './binary.ts';
import { urlProblem } from './by-url.ts';
import { findRedisImage } from './image.ts';
import { findInstaller, installAdvice } from './installer.ts';
import { refusesInstall } from './ladder.ts';

/** What a service needs before it runs here. `how` and `fix` are short enough for one line. */
export type Availability =
  | { readonly runs: true; readonly how: string }
  /** `how` is the command the lab would run by itself, without a question */
  | { readonly runs: 'after-install'; readonly how: string }
  | { readonly runs: false; readonly fix: string };

/** Looks where `findOrStartRedis` would look; starts, installs and downloads nothing. */
export async function redisAvailability(
  env: NodeJS.ProcessEnv = process.env,
): Promise<Availability> {
  const url = env['REDIS_URL'];
  if (url) {
    const problem = await urlProblem(url);
    return problem ? { runs: false, fix: problem } : { runs: true, how: 'REDIS_URL answers' };
  }
  const binary = await findRedisBinary(env);
  if (binary) return { runs: true, how: `${binary.title} on the PATH` };

  const image = await findRedisImage(env);
  if (image?.isHere) return { runs: true, how: `${image.image} in ${image.title}` };
  if (image) return afterInstall(`docker pull ${image.image}`, env);

  const installer = await findInstaller(env);
  if (installer) return afterInstall(installer.line, env);
  return { runs: false, fix: installAdvice(env) };
}

function afterInstall(line: string, env: NodeJS.ProcessEnv): Availability {
  return refusesInstall(env) ? { runs: false, fix: line } : { runs: 'after-install', how: line };
}
