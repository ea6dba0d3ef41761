import { cpSync, lchownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder } from './files.ts';
import type { PrivateFolder } from './private-folder.ts';

/** A copy of a server's data, as they were at one moment. */
export interface Backup {
  readonly path: string;
}

let count = 0;

/** Copies the data of a server that does not run: the files of one that does would not match. */
export function backUp(place: PrivateFolder): Backup {
  count += 1;
  const path = join(place.path, `backup-${count}`);
  copyFolder(place.data, path);
  return { path };
}

/** Puts a copy in the place of the data of a server that does not run. */
export function putBack(place: PrivateFolder, { path }: Backup): void {
  removeFolder(place.data);
  copyFolder(path, place.data);
}

/**
 * Owners included: what root has copied would belong to root, and Postgres does not run as root.
 * @param wanted tells by its path what is copied; everything, unless given.
 */
export function copyFolder(from: string, to: string, wanted = (_path: string) => true): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, filter: wanted });
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(from);
  for (const name of ['', ...readdirSync(to, { recursive: true, encoding: 'utf8' })]) {
    lchownSync(join(to, name), uid, gid);
  }
}
