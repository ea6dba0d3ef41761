import { type ChildProcess, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sweep } from '../src/private-folder.ts';
import { until } from '../src/wait.ts';
import {
  alive,
  familyOf,
  freezeAll,
  keepBusy,
  privatePostgres,
  segmentOf,
  segments,
  value,
} from './postgres-support.ts';
import { ended, program } from './support.ts';

/** An owner in another process, and all that is left when nobody cleans up after it. */
async function owner() {
  let child: ChildProcess | undefined;
  // Registered before the program, so run after its end: nothing computes on until a next sweep.
  onTestFinished(async () => {
    if (child) await ended(child);
    await sweep('postgres');
  });
  const { process, said } = await program('private-postgres');
  child = process;
  const url = said['url'] ?? '';
  const busy = await keepBusy(url);
  const family = await familyOf(url);
  const data = await value(url, 'show data_directory');
  const segment = segmentOf(data);
  const [postmaster = 0] = family;
  return { process, url, family, postmaster, busy, folder: dirname(data), segment };
}

test('the server of a killed owner is ended by the next start, children and folder too', async () => {
  const { process, family, postmaster, busy, folder, segment } = await owner();
  process.kill('SIGKILL');
  await ended(process);
  expect(alive([postmaster, busy])).toHaveLength(2);

  await privatePostgres();
  // Another test file may be the one that sweeps it, and be in the middle of it.
  await until('the orphan still runs', 20_000, () => alive(family).length === 0);
  await until('its folder is still there', 20_000, () => !existsSync(folder));
  expect(segments()).not.toContain(segment);
});

test('a frozen orphan is ended as well', async () => {
  const { process: killed, family } = await owner();
  freezeAll(family);
  killed.kill('SIGKILL');
  await ended(killed);
  await sweep('postgres');
  await until('the orphan still runs', 20_000, () => alive(family).length === 0);
});

test('children that lost owner and postmaster are ended as well', async () => {
  const { process: killed, family, postmaster, busy, folder, segment } = await owner();
  // Nobody is left who knows whether it is still the one of that server.
  onTestFinished(() => void spawnSync('ipcrm', ['-m', segment]));
  freezeAll(family);
  process.kill(postmaster, 'SIGKILL');
  killed.kill('SIGKILL');
  await ended(killed);
  await until('the postmaster still runs', 20_000, () => alive([postmaster]).length === 0);
  expect(alive([busy])).toEqual([busy]);
  await sweep('postgres');
  await until('a child still runs', 20_000, () => alive(family).length === 0);
  await until('its folder is still there', 20_000, () => !existsSync(folder));
});

test('an owner that exits without closing takes server and folder along', async () => {
  const { process, family, folder, segment } = await owner();
  process.stdin?.end();
  await ended(process);
  expect(alive(family)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
  expect(segments()).not.toContain(segment);
});

test('the server of an owner that lives is left alone', async () => {
  const { url } = await owner();
  await sweep('postgres');
  expect(await value(url, 'select 1')).toBe('1');
});
