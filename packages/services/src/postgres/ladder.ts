// DATABASE_URL is asked for elsewhere; from there on: the npm package, then Docker.
import { findImage, type Image, type LadderOptions, pull } from '../images.ts';
import { UnavailableError } from '../unavailable.ts';
import { findPostgresBinary, type PostgresBinary, postgresPackage } from './binary.ts';

/** Pinned to the version of the npm packages. */
export const postgresImage = 'postgres:18.4-alpine';

/** Something that can run a Postgres of ours. */
export type PostgresProgram = PostgresBinary | Image;

/** What is there already; downloads nothing. */
export async function findPostgresProgram(
  env: NodeJS.ProcessEnv,
): Promise<PostgresProgram | undefined> {
  return (await findPostgresBinary(env)) ?? (await findImage(postgresImage, env));
}

/**
 * Finds what can run a Postgres: the server out of the npm package, else Docker.
 * @throws UnavailableError when there is neither, or downloading the image is refused
 */
export async function ensurePostgres(options: LadderOptions): Promise<PostgresProgram> {
  const env = options.env ?? process.env;
  const found = await findPostgresProgram(env);
  if (!found) throw new UnavailableError(missingSentence());
  if (found.provider === 'binary' || found.isHere) return found;
  return pull('Postgres', found, options);
}

/** One sentence for a machine on which the package does not run, and that has no Docker. */
export function missingSentence(): string {
  return `No Postgres was found on this machine: ${postgresAdvice()}.`;
}

export function postgresAdvice(): string {
  return (
    `install the optional npm package ${postgresPackage} (npm ci), start Docker, ` +
    'or set DATABASE_URL to a server that runs'
  );
}
