// Postgres refuses to run as root. Under root it runs as `nobody`, who has to get at its files.
import { chmodSync, chownSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { run } from '../commands.ts';
import { UnavailableError } from '../unavailable.ts';

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const usualNobody = 65534;

/** `undefined`: the user of this process. */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = async (flag: string) => {
    const { ok, stdout } = await run('id', [flag, 'nobody'], { limitMs: 5_000 });
    return ok ? Number(stdout) : usualNobody;
  };
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}

/** Whether the user can enter this folder and all above it. */
export function canReach(folder: string, user: ServerUser | undefined): boolean {
  if (!user) return true;
  const { mode, uid, gid } = statSync(folder);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const above = dirname(folder);
  return above === folder || canReach(above, user);
}

/** Lets the server's user enter a folder of ours; it still cannot list what is in there. */
export function letThrough(folder: string, user: ServerUser | undefined): void {
  if (user) chmodSync(folder, statSync(folder).mode | 0o011);
}

/**
 * Makes a folder that belongs to the server's user alone.
 * @throws UnavailableError when somebody else has put something in its place
 */
export function makeFolderOf(folder: string, user: ServerUser | undefined): void {
  mkdirSync(dirname(folder), { recursive: true });
  try {
    mkdirSync(folder, { mode: 0o700 });
    if (user) chownSync(folder, user.uid, user.gid);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const found = lstatSync(folder);
  const expected = user?.uid ?? process.getuid?.() ?? found.uid;
  if (found.isDirectory() && found.uid === expected) return;
  throw new UnavailableError(
    `The data folder of Postgres belongs to another user: move ${folder} out of the way.`,
  );
}
