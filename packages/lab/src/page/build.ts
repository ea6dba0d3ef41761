import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const source = fileURLToPath(new URL('../../page/', import.meta.url));
const built = fileURLToPath(new URL('../../dist/', import.meta.url));
const stamp = join(built, 'built-from');

/** Builds the page unless what is there is of the same source. @returns the folder. */
export async function buildPage(): Promise<string> {
  const wanted = fingerprint();
  if (readIfThere(stamp) === wanted) return built;
  const vite = fileURLToPath(new URL('bin/vite.js', import.meta.resolve('vite/package.json')));
  // A process of its own: Vite sets NODE_ENV, which the examples must not inherit.
  await run(process.execPath, [vite, 'build', source, '--logLevel', 'warn']);
  writeFileSync(stamp, wanted);
  return built;
}

/** Of all that goes into it: the page, the figures that it plans with, and the versions of the tools. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const entries = readdirSync(source, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const [figures, lock] = ['docs/benchmarks/sizes.json', 'package-lock.json'].map((file) =>
    fileURLToPath(new URL(`../../../../${file}`, import.meta.url)),
  ) as [string, string];
  for (const file of [...files.sort(), figures, lock]) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage();
