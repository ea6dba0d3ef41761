import { access, mkdir, readFile, rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Open } from '../../lab/src/stories/stage.ts';
import type { Generator } from './generator.ts';
import { type Hot, hottest } from './profile.ts';
import type { Profile } from './profiles.ts';
import { type Contestant, type Stores, startContestant } from './servers.ts';
import { openSessions } from './sessions.ts';
import { cpuMs } from './system.ts';

/**
 * Takes a CPU profile of a warm server under a load.
 *
 * @returns where it is, what is hot in it, and what one request took where that can be read. (A profile
 *   cannot say: it counts the time in which another program had the processor, too.)
 */
export async function takeProfile(
  open: Open,
  contestant: Contestant,
  options: { stores: Stores; generator: Generator; load: Profile; folder: string },
): Promise<{ file: string; cpuMicroseconds: number | undefined; hot: Hot }> {
  const { stores, generator, load, folder } = options;
  const { connections, sends, until } = load;
  await mkdir(folder, { recursive: true });
  const file = `${folder}/${contestant.name}-${load.name}.cpuprofile`;
  await rm(file, { force: true });
  const profiler = fileURLToPath(new URL('profiler.mjs', import.meta.url));
  const { url, pid } = await open(
    startContestant(contestant, stores, {
      NODE_OPTIONS: `--import ${profiler}`,
      PROFILE_FILE: file,
      USERS: String(connections),
    }).then((server) => ({ ...server, close: () => server.kill() })),
  );
  const job = async () => ({
    url,
    sends,
    connections,
    headers: await openSessions(url, connections, connections),
    until,
  });
  await generator.send(await job()); // warm
  const measured = await job();
  process.kill(pid, 'SIGUSR2');
  const before = await cpuMs(pid);
  const { sent } = await generator.send(measured);
  const after = await cpuMs(pid);
  process.kill(pid, 'SIGUSR2');
  while (!(await exists(file))) await wait(50);
  const cpuMicroseconds =
    before !== undefined && after !== undefined ? ((after - before) / sent) * 1000 : undefined;
  return { file, cpuMicroseconds, hot: hottest(JSON.parse(await readFile(file, 'utf8'))) };
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
