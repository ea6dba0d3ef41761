import { findOnPath, run } from '../commands.ts';

/** Older ones lack GETEX, which session stores use (https://redis.io/docs/latest/commands/getex/). */
const oldest = { major: 6, minor: 2 };

export interface RedisBinary {
  readonly provider: 'binary';
  /** full path */
  readonly command: string;
  /** for people: `redis-server 7.0.15` */
  readonly title: string;
}

/**
 * The first redis-server or valkey-server on the PATH that is new enough. None on Windows: there
 * is no maintained build of either, and no SIGSTOP to freeze one with.
 */
export async function findRedisBinary(env: NodeJS.ProcessEnv): Promise<RedisBinary | undefined> {
  if (process.platform === 'win32') return undefined;
  for (const name of ['redis-server', 'valkey-server']) {
    const command = findOnPath(name, env);
    if (!command) continue;
    const { stdout } = await run(command, ['--version'], { env, limitMs: 10_000 });
    const [, version, major, minor] = /\bv=((\d+)\.(\d+)[\w.-]*)/.exec(stdout) ?? [];
    if (version && isEnough(Number(major), Number(minor))) {
      return { provider: 'binary', command, title: `${name} ${version}` };
    }
  }
  return undefined;
}

function isEnough(major: number, minor: number): boolean {
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}
