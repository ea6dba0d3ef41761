import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  /** The ids of the exercises that are passed. */
  passed: z.array(z.string()).default([]),
  /** The one that was started last. */
  current: z.string().optional(),
  /** How many hints of an exercise are shown. */
  hints: z.record(z.string(), z.number().int().min(0)).default({}),
  /** What an exercise's files were when it was laid out, or when they failed last: a digest. */
  tried: z.record(z.string(), z.string()).default({}),
});

export type Progress = z.infer<typeof schema>;

const NAME = 'progress.json';

/**
 * Reads what was reached. A file that cannot be read is kept aside.
 *
 * @returns also a sentence that says so.
 */
export function readProgress(workspace: string): { progress: Progress; warning?: string } {
  const path = join(workspace, NAME);
  if (!existsSync(path)) return { progress: schema.parse({}) };
  const found = schema.safeParse(parse(readFileSync(path, 'utf8')));
  if (found.success) return { progress: found.data };
  const aside = freeName(workspace, `${NAME}.`, '.damaged');
  renameSync(path, join(workspace, aside));
  return {
    progress: schema.parse({}),
    warning: `${NAME} could not be read. It is kept as ${aside}, and the progress begins anew.`,
  };
}

/** In one step: whoever ends the program meanwhile has the old file or the new one. */
export function writeProgress(workspace: string, progress: Progress): void {
  mkdirSync(workspace, { recursive: true });
  const path = join(workspace, NAME);
  writeFileSync(`${path}.new`, `${JSON.stringify(progress, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}

/** A name that no file has yet: `login.ts.1.mine`, `login.ts.2.mine`, … */
export function freeName(folder: string, before: string, after: string): string {
  for (let count = 1; ; count++) {
    const name = `${before}${count}${after}`;
    if (!existsSync(join(folder, name))) return name;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
