import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { examples } from '../../lab/src/examples.ts';
import { renderStarter } from '../render/starter.ts';

/** A folder that goes with its test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'create-session-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const rendered = new Map<string, Promise<Map<string, string>>>();

/** The starter of an example, made once for all tests of a file. */
export function starter(name: string, made?: Set<string>): Promise<Map<string, string>> {
  const example = examples.find((each) => each.name === name);
  if (!example) throw new Error(`no example ${name}`);
  const files = rendered.get(name) ?? renderStarter(example, made);
  rendered.set(name, files);
  return files;
}
