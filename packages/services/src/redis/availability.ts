import {
  type Availability,
  afterInstall,
  imageAvailability,
  urlAvailability,
} from '../availability.ts';
import { findImage } from '../images.ts';
import { findInstaller } from '../installer.ts';
import { findRedisBinary } from './binary.ts';
import { redisVariable } from './by-url.ts';
import { installAdvice, redisPackage } from './installer.ts';
import { redisImage } from './ladder.ts';

/** Looks where `findOrStartRedis` would look; starts, installs and downloads nothing. */
export async function redisAvailability(
  env: NodeJS.ProcessEnv = process.env,
): Promise<Availability> {
  const named = redisVariable(env);
  if (named) return urlAvailability(named.kind, named.text);

  const binary = await findRedisBinary(env);
  if (binary) return { runs: true, how: `${binary.title} on the PATH` };

  const image = await findImage(redisImage, env);
  if (image) return imageAvailability(image, env);

  const installer = await findInstaller(redisPackage(), env);
  if (installer) return afterInstall(installer.line, env);
  return { runs: false, fix: installAdvice(env) };
}
