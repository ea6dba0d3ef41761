// Ends whatever still runs of a run, and removes its folder, once the run has ended. However it has
// ended: the operating system closes the channel to this process also after a SIGKILL.
import { readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const PAUSE_MS = 50;
const ROUNDS = 200;

const [folder = ''] = process.argv.slice(2);
const running = new Set();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.on('message', ({ pid, runs }) => void (runs ? running.add(pid) : running.delete(pid)));
process.on('disconnect', async () => {
  // In more than one round: what dies may have started something at the last moment.
  for (let round = 0; round < ROUNDS; round++) {
    const found = [...[...running].filter(end), ...inFolder().filter(end)];
    if (found.length === 0) break;
    await wait(PAUSE_MS);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** With all that it has started: each command has a process group of its own. */
function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false; // it has ended by itself
  }
}

/** On Linux also what has left its group, as each connection of a Postgres does. */
function inFolder() {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => `${workingDirectory(pid)}${sep}`.startsWith(folder + sep))
    .map(Number);
}

function workingDirectory(pid) {
  try {
    return readlinkSync(join('/proc', pid, 'cwd'));
  } catch {
    return ''; // it has ended, or is somebody else's
  }
}
