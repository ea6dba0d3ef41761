import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { envFile } from './env-file.ts';
import { findExample } from './examples.ts';
import { appName, inspect } from './folder.ts';
import { type Written, writeFiles } from './write.ts';

/** The files of an example by their path, in which `__APP_NAME__` stands for the app's name. */
export type TemplateOf = (example: string) => Promise<ReadonlyMap<string, string>>;

export interface CreateOptions {
  /** One of `examples`. */
  example: string;
  /** Where it goes; made when it is missing. */
  folder: string;
  /** The name of the app; that of the folder unless given. */
  name?: string | undefined;
  /** Whether the folder may hold something; what would be changed is kept beside it. */
  force?: boolean | undefined;
}

/**
 * Puts an app into a folder.
 *
 * @throws CreateError with one sentence, before anything is written, for a bad name or folder.
 */
export async function createFrom(templateOf: TemplateOf, options: CreateOptions): Promise<Written> {
  const example = findExample(options.example);
  const name = appName(options.folder, options.name);
  inspect(options.folder, { force: options.force ?? false });

  const folder = resolve(options.folder);
  const files = new Map<string, string>();
  for (const [path, text] of await templateOf(example.name)) {
    files.set(path, text.replaceAll('__APP_NAME__', name));
  }
  // One that is there stays: another secret would log everybody out.
  if (!existsSync(join(folder, '.env'))) files.set('.env', envFile(example));
  return writeFiles(folder, files);
}
