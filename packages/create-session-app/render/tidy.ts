import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Formats files and sorts their imports by the biome.json among them: an address that was changed
 * may belong into another place, and its line may have another length.
 *
 * @throws Error with Biome's words when something is left that it cannot mend.
 */
export async function tidy(files: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'starter-'));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
    const args = [biome, 'check', '--write', '--error-on-warnings', '--colors=off', '.'];
    await promisify(execFile)(process.execPath, args, { cwd: folder }).catch((error) => {
      throw new Error(`Biome finds fault with a starter: ${error.stdout}${error.stderr}`);
    });
    return new Map(
      [...files.keys()].map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
