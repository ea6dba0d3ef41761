// Docker images that a store can run in, and their download.
import { run } from './commands.ts';
import { findDocker } from './containers.ts';
import { UnavailableError } from './unavailable.ts';

const pullLimitMs = 10 * 60_000;

export interface LadderOptions {
  /** gets one line before anything is installed or downloaded; standard error by default */
  announce?: (line: string) => void;
  env?: NodeJS.ProcessEnv;
  /** `false`, or SESSION_LAB_NO_INSTALL=1 in `env`: nothing is installed or downloaded */
  install?: boolean;
}

export interface Image {
  readonly provider: 'docker';
  /** full path of the docker command */
  readonly command: string;
  /** for people: `Docker 27.3.1` */
  readonly title: string;
  readonly image: string;
  /** false: `docker pull` has to come first */
  readonly isHere: boolean;
}

/** `undefined` without a Docker engine that runs. */
export async function findImage(image: string, env: NodeJS.ProcessEnv): Promise<Image | undefined> {
  const docker = await findDocker(env);
  if (!docker) return undefined;
  const { command, version } = docker;
  const found = await run(command, ['image', 'inspect', image], { env, limitMs: 10_000 });
  return { provider: 'docker', command, title: `Docker ${version}`, image, isHere: found.ok };
}

export function refusesInstall(env: NodeJS.ProcessEnv): boolean {
  return env['SESSION_LAB_NO_INSTALL'] === '1';
}

export function mayInstall({ install, env = process.env }: LadderOptions): boolean {
  return install !== false && !refusesInstall(env);
}

export function announcer({ announce }: LadderOptions): (line: string) => void {
  return announce ?? ((line) => process.stderr.write(`${line}\n`));
}

/** @throws UnavailableError when it fails or is refused */
export async function pull(title: string, found: Image, options: LadderOptions): Promise<Image> {
  const line = `docker pull ${found.image}`;
  if (!mayInstall(options)) {
    throw new UnavailableError(`${title} is not on this machine yet: run \`${line}\` first.`);
  }
  announcer(options)(`Downloading ${title}: ${line} (SESSION_LAB_NO_INSTALL=1 refuses this).`);
  const { env = process.env } = options;
  const pulled = await run(found.command, ['pull', found.image], { env, limitMs: pullLimitMs });
  if (pulled.ok) return { ...found, isHere: true };
  throw new UnavailableError(`\`${line}\` failed (${lastLine(pulled.stderr)}): try it by hand.`);
}

export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
