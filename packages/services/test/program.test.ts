import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ensureProgram } from '../src/index.ts';

/** A PATH with these programs and no other. */
function pathWith(...names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'session-lab-programs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of names) {
    writeFileSync(join(folder, name), '#!/bin/sh\n');
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

it('a browser that goes by another name is found', async () => {
  const PATH = pathWith('google-chrome');
  expect(await ensureProgram('chromium', { env: { PATH } })).toBe(join(PATH, 'google-chrome'));
});

it('without one, and without the right to install, one sentence says what to do', async () => {
  const missing = ensureProgram('chromium', { env: { PATH: pathWith() }, install: false });
  await expect(missing).rejects.toThrow(
    'No chromium was found on this machine: install it, and try again.',
  );
});
