// Throw-away servers: a folder that names its owner, and what happens when the owner is gone.
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { asServerRecord, controlOf, type ServerRecord } from './control.ts';
import { readJson, removeFolder, writeJson } from './files.ts';
import { isAlive, thisProcess } from './identity.ts';

const ownerFile = 'owner.json';
const unclaimedForMs = 60_000;

export interface PrivateFolder {
  readonly path: string;
  readonly name: string;
  readonly data: string;
  readonly log: string;
  server(): ServerRecord | undefined;
  /** to be called right after the start, before anything is awaited */
  record(server: ServerRecord): void;
  /** kills the server if it still runs, and removes all of it */
  remove(): Promise<void>;
}

const mine = new Set<PrivateFolder>();
let listening = false;

/**
 * Makes a temporary folder for one throw-away server. When this process exits by itself, server
 * and folder go with it; when it is killed, the next `sweep` of the same service finds them.
 */
export function privateFolder(service: string): PrivateFolder {
  // The real path: macOS reaches its temporary folder through a link, and command lines are compared.
  const path = mkdtempSync(join(realpathSync(tmpdir()), prefixOf(service)));
  const owner = thisProcess();
  let server: ServerRecord | undefined;
  const folder: PrivateFolder = {
    path,
    name: basename(path),
    data: join(path, 'data'),
    log: join(path, 'server.log'),
    server: () => server,
    record(started) {
      server = started;
      writeJson(join(path, ownerFile), { owner, server });
    },
    async remove() {
      if (server) await controlOf(server).end();
      mine.delete(folder);
      removeFolder(path);
    },
  };
  writeJson(join(path, ownerFile), { owner });
  mkdirSync(folder.data);
  mine.add(folder);
  if (!listening) process.on('exit', endMine);
  listening = true;
  return folder;
}

function endMine(): void {
  for (const folder of mine) {
    const server = folder.server();
    if (server) controlOf(server).discard();
    removeFolder(folder.path);
  }
}

/** Ends the throw-away servers of owners that were killed, and removes their folders. */
export async function sweep(service: string): Promise<void> {
  const root = realpathSync(tmpdir());
  const names = readdirSync(root).filter((name) => name.startsWith(prefixOf(service)));
  for (const name of names) await sweepOne(join(root, name));
}

async function sweepOne(path: string): Promise<void> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats || !isOurs(stats)) return;
  const found = readJson(join(path, ownerFile));
  if (!found) {
    const age = Date.now() - stats.mtimeMs;
    if (age > unclaimedForMs) removeFolder(path);
    return;
  }
  if (isAlive(found['owner'])) return;
  const server = asServerRecord(found['server']);
  if (server) await controlOf(server).end();
  removeFolder(path);
}

/** The temporary folder is shared: another user's file must not tell us which process to kill. */
function isOurs(stats: Stats): boolean {
  return stats.isDirectory() && (process.getuid === undefined || stats.uid === process.getuid());
}

function prefixOf(service: string): string {
  return `session-lab-${service}-`;
}
