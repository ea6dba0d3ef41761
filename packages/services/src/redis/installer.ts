// Which package manager could bring Redis here, and whether it would ask a question first.
import { existsSync } from 'node:fs';
import { findOnPath, run } from '../commands.ts';

export interface Installer {
  /** run in this order, without a shell; the last one must succeed */
  readonly steps: readonly (readonly [command: string, ...args: string[]])[];
  readonly env: NodeJS.ProcessEnv;
  /** what a person would type */
  readonly line: string;
  /** what else happens to the machine; empty when nothing does */
  readonly sideEffect: string;
}

/** The way to install without a password or a question; `undefined` when there is none. */
export async function findInstaller(env: NodeJS.ProcessEnv): Promise<Installer | undefined> {
  const apt = findOnPath('apt-get', env);
  const brew = findOnPath('brew', env);
  if (apt && process.platform === 'linux') {
    if (process.getuid?.() === 0) return aptInstaller(apt, [], env);
    const sudo = findOnPath('sudo', env);
    const isQuiet = sudo && (await run(sudo, ['-n', 'true'], { env, limitMs: 5_000 })).ok;
    if (isQuiet) return aptInstaller(apt, [sudo, '-n'], env);
  }
  if (brew) return brewInstaller(brew, env);
  return undefined;
}

/** One line that makes Redis available on this system when nothing can be installed unasked. */
export function installAdvice(env: NodeJS.ProcessEnv): string {
  const has = (name: string) => findOnPath(name, env) !== undefined;
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  if (process.platform === 'win32') return 'start Docker Desktop, or set REDIS_URL';
  if (process.platform === 'darwin') return 'brew install redis';
  if (has('apt-get')) return `${sudo}apt-get install redis-server`;
  if (has('dnf')) return `${sudo}dnf install valkey`;
  if (has('pacman')) return `${sudo}pacman -S valkey`;
  if (has('apk')) return `${sudo}apk add redis`;
  if (has('zypper')) return `${sudo}zypper install valkey`;
  return 'install redis-server (https://redis.io/docs/latest/operate/oss_and_stack/install/)';
}

function aptInstaller(apt: string, prefix: string[], env: NodeJS.ProcessEnv): Installer {
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
  // sudo drops the environment: `env` sets it again on the other side.
  const inner = prefix.length > 0 ? ['env', 'DEBIAN_FRONTEND=noninteractive', apt] : [apt];
  const [command = apt, ...before] = [...prefix, ...inner];
  // Two terminals, or the system's own updates, may hold apt's lock: wait for it, do not fail.
  const patient = ['-o', 'DPkg::Lock::Timeout=120'];
  const packages = ['install', '-y', '--no-install-recommends', 'redis-server'];
  return {
    steps: [
      [command, ...before, ...patient, 'update'],
      [command, ...before, ...patient, ...packages],
    ],
    env: { ...env, ...quiet },
    line: `${prefix.length > 0 ? 'sudo ' : ''}apt-get ${packages.join(' ')}`,
    sideEffect: systemServer(),
  };
}

function brewInstaller(brew: string, env: NodeJS.ProcessEnv): Installer {
  return {
    steps: [[brew, 'install', 'redis']],
    env: { ...env, NONINTERACTIVE: '1', HOMEBREW_NO_AUTO_UPDATE: '1' },
    line: 'brew install redis',
    sideEffect: '',
  };
}

/** The package enables a server of its own; images for containers forbid starting it at once. */
function systemServer(): string {
  const when = existsSync('/usr/sbin/policy-rc.d') ? 'at the next boot' : 'now and at each boot';
  return (
    `The package also starts a system Redis on port 6379, ${when}, which the lab does not use ` +
    '(sudo systemctl disable --now redis-server ends it).'
  );
}
