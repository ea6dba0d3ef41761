import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { serviceByUrl } from '../by-url.ts';
import { readJson, writeJson } from '../files.ts';
import type { ServiceHandle } from '../handle.ts';
import { announcer, type LadderOptions } from '../images.ts';
import { withLock } from '../lock.ts';
import { joinShared, type SharedFolder, sharedFolder } from '../shared.ts';
import { postgresUrl } from './by-url.ts';
import { ensurePostgres } from './ladder.ts';
import { type PostgresRestartOptions, postgresServer } from './launch.ts';
import { canReach, letThrough, makeFolderOf, type ServerUser, serverUser } from './user.ts';

/**
 * The Postgres that `npm start` uses: DATABASE_URL when it is set, else one that all terminals
 * share, durable, with its data in `<folder>/postgres`, so that sessions outlive Ctrl-C and a
 * crash. Leases and `close()` as with `findOrStartRedis`; the login as with `startPostgres`, its
 * password kept in `<folder>/postgres`.
 * @throws UnavailableError when DATABASE_URL does not answer within 2 s, or nothing can run a
 * Postgres
 */
export async function findOrStartPostgres(
  options: { folder: string } & LadderOptions,
): Promise<ServiceHandle<PostgresRestartOptions>> {
  const url = (options.env ?? process.env)['DATABASE_URL'];
  if (url) return serviceByUrl(postgresUrl, url);

  const program = await ensurePostgres(options);
  const user = await serverUser();
  const lab = reachable(sharedFolder(options.folder, 'postgres'), user, announcer(options));
  const password = await withLock(lab.lock, async () => passwordOf(lab));
  return joinShared(
    lab,
    postgresServer({ program, place: lab, user, password, durable: true, settings: {} }),
  );
}

/**
 * Lets the server's user through to the data. Only the lab's own folders are opened for that: below
 * a home that others may not enter it cannot be, and the data are kept elsewhere.
 */
function reachable(
  lab: SharedFolder,
  user: ServerUser | undefined,
  say: (line: string) => void,
): SharedFolder {
  const whole = dirname(lab.path);
  letThrough(lab.path, user);
  if (!canReach(whole, user) && canReach(dirname(whole), user)) letThrough(whole, user);
  if (canReach(lab.path, user)) return lab;

  const elsewhere = join('/var/tmp', lab.name); // outlives a reboot, unlike /tmp
  say(`Postgres runs as nobody and cannot enter ${lab.path}: its data are in ${elsewhere}.`);
  makeFolderOf(elsewhere, user);
  return { ...lab, data: join(elsewhere, 'data') };
}

function passwordOf(lab: SharedFolder): string {
  const file = join(lab.path, 'password.json');
  const known = readJson(file)?.['password'];
  if (typeof known === 'string') return known;
  const password = randomBytes(18).toString('base64url');
  writeJson(file, { password });
  return password;
}
