// A Postgres whose data are on a disk of a few megabytes, which can be filled up. Started by
// small-disk.ts in a mount namespace of its own: when this process ends, the disk is gone.
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '@session-lab/services';

const filler = join(process.env['TMPDIR'] ?? '', 'filler');
// A vacuum would make room again.
const postgres = await startPostgres({ durable: true, settings: { autovacuum: 'off' } });

process.on('message', (wanted) => {
  if (wanted === 'fill') fill();
  if (wanted === 'empty') rmSync(filler);
  process.send?.(wanted);
});
process.on('SIGTERM', () => void postgres.close().finally(() => process.exit(0)));
process.channel?.ref(); // what is left of the preloaded module would let this process end here
process.send?.(postgres.url);

function fill(): void {
  const file = openSync(filler, 'w');
  try {
    for (const size of [1_000_000, 1_000]) writeUntilFull(file, Buffer.alloc(size));
  } finally {
    closeSync(file);
  }
}

function writeUntilFull(file: number, zeros: Buffer): void {
  try {
    for (;;) writeSync(file, zeros);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
