import { type CreateOptions, createFrom } from './create.ts';
import { packedTemplate } from './packed-template.ts';
import type { Written } from './write.ts';

export type { CreateOptions } from './create.ts';
export { type Example, examples } from './examples.ts';
export { CreateError } from './run-command.ts';
export type { Written } from './write.ts';

/** What the command does, for a program: puts an app into a folder, without installing anything. */
export const create = (options: CreateOptions): Promise<Written> =>
  createFrom(packedTemplate, options);
