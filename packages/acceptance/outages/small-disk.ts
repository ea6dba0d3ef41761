// A Postgres that runs out of disk.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { asOwner } from '../src/attack/records.ts';

/** A Postgres on a disk of its own, which is small. */
export interface SmallDisk {
  ownerUrl: string;
  /** Until there is no room for a row any more. */
  fill(): Promise<void>;
  empty(): Promise<void>;
  close(): Promise<void>;
}

const program = fileURLToPath(new URL('./small-disk-program.ts', import.meta.url));
const exitWithParent = new URL('../../lab/src/exit-with-parent.mjs', import.meta.url).href;

/** @returns undefined where nothing can be mounted: it takes Linux, and root. */
export async function startOnSmallDisk(namespace: string): Promise<SmallDisk | undefined> {
  // Only this process and its children see the mount, so that it ends with them whatever happens.
  const mount = 'mount -t tmpfs -o size=256m tmpfs /mnt && TMPDIR=/mnt exec "$0" "$@"';
  const node = [process.execPath, '--import', exitWithParent, '--import', 'tsx', program];
  const child = spawn('unshare', ['--mount', 'sh', '-c', mount, ...node], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const ended = once(child, 'exit').catch(() => undefined); // there is no such program
  const answer = () => Promise.race([once(child, 'message'), ended.then(() => [])]);
  const [ownerUrl] = await answer();
  if (typeof ownerUrl !== 'string') return undefined;
  const tell = async (what: 'fill' | 'empty') => {
    const heard = answer();
    child.send(what);
    await heard;
  };
  return {
    ownerUrl,
    async fill() {
      // A page that one connection keeps for its own next rows is known to the others only after this.
      await asOwner(ownerUrl, (owner) => owner.query(`VACUUM "${namespace}".session_audit`));
      await tell('fill');
      await useUp(ownerUrl, namespace);
    },
    empty: () => tell('empty'),
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/**
 * Its files have some room left, and Postgres asks for more disk only after that. Each login and each
 * logout adds to the audit trail; a row that is changed has room in its own page. One row at a time:
 * what a longer statement had written before it failed would be room again.
 */
async function useUp(ownerUrl: string, namespace: string): Promise<void> {
  const insert = `INSERT INTO "${namespace}".session_audit (event, sid) VALUES ('created', '')`;
  const refusal = await asOwner(ownerUrl, async (owner) => {
    for (;;) await owner.query(insert);
  }).catch((error) => error);
  if (refusal.code !== '53100') throw refusal; // disk_full
}
