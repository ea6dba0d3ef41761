import { type Availability, imageAvailability, urlAvailability } from '../availability.ts';
import { findImage } from '../images.ts';
import { findPostgresBinary } from './binary.ts';
import { postgresUrl } from './by-url.ts';
import { postgresAdvice, postgresImage } from './ladder.ts';

/** Looks where `findOrStartPostgres` would look; starts, installs and downloads nothing. */
export async function postgresAvailability(
  env: NodeJS.ProcessEnv = process.env,
): Promise<Availability> {
  const url = env['DATABASE_URL'];
  if (url) return urlAvailability(postgresUrl, url);

  const binary = await findPostgresBinary(env);
  if (binary) return { runs: true, how: `${binary.title} of the npm package` };

  const image = await findImage(postgresImage, env);
  return image ? imageAvailability(image, env) : { runs: false, fix: postgresAdvice() };
}
