import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examples } from '../src/examples.ts';
import { root } from '../src/folders.ts';

/** One `npm start`, with its page. */
export interface Lab {
  /** The address of the page, with its token. */
  page: string;
  /** Of each example. */
  urls: Record<string, string>;
  /** Ends it in order. @throws Error when that fails. */
  stop(): Promise<void>;
}

/** Starts all examples and the page on free ports, with stores of their own. */
export async function spawnLab(): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'session-lab-page-'));
  const { REDIS_URL: _, DATABASE_URL: __, ...env } = process.env;
  const start = join(root, 'packages/lab/src/start.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', start], {
    cwd: root,
    env: { ...env, PORT: '0', SESSION_LAB_FOLDER: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = once(child, 'close').then(([code]) => code as number | null);
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (/^stop {2,}/m.test(output)) resolve();
      });
    }
    ended.then(() => reject(new Error(`It ended before all was up:\n${output}`)));
  });
  const find = (pattern: RegExp) => {
    const [, found] = pattern.exec(output) ?? [];
    if (!found) throw new Error(`It did not say ${pattern}:\n${output}`);
    return found;
  };
  return {
    page: find(/^lab page +(\S+)$/m),
    urls: Object.fromEntries(
      examples.map(({ name }) => [name, find(new RegExp(`^${name} +(http\\S+)`, 'm'))]),
    ),
    async stop() {
      child.kill('SIGTERM');
      const code = await ended;
      rmSync(folder, { recursive: true, force: true });
      if (code !== 0) throw new Error(`It ended with ${code}:\n${output}`);
    },
  };
}
