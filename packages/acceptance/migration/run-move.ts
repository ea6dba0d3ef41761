import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Starts move.ts. */
export function startMove(env: Readonly<Record<string, string>>) {
  return spawn(process.execPath, ['--import', 'tsx', 'move.ts'], {
    cwd: HERE,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Runs move.ts to its end. @returns its last line. @throws Error when it fails. */
export async function runMove(env: Readonly<Record<string, string>>): Promise<string> {
  const child = startMove(env);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`move.ts ended with ${code}: ${said}`);
  return said.trimEnd().split('\n').at(-1) ?? '';
}
