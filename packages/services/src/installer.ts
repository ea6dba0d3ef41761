// Which package manager could bring a program here, and whether it would ask a question first.
import { findOnPath, run } from './commands.ts';

export interface Installer {
  /** run in this order, without a shell; the last one must succeed */
  readonly steps: readonly (readonly [command: string, ...args: string[]])[];
  readonly env: NodeJS.ProcessEnv;
  /** what a person would type */
  readonly line: string;
  /** what else happens to the machine; empty when nothing does */
  readonly sideEffect: string;
}

/** How package managers call what is wanted. */
export interface PackageNames {
  readonly apt: string;
  readonly brew: string;
  /** what else apt's package does to the machine; empty when nothing does */
  readonly sideEffect: string;
}

/** The way to install without a password or a question; `undefined` when there is none. */
export async function findInstaller(
  names: PackageNames,
  env: NodeJS.ProcessEnv,
): Promise<Installer | undefined> {
  const apt = findOnPath('apt-get', env);
  const brew = findOnPath('brew', env);
  if (apt && process.platform === 'linux') {
    if (process.getuid?.() === 0) return aptInstaller(apt, [], names, env);
    const sudo = findOnPath('sudo', env);
    const isQuiet = sudo && (await run(sudo, ['-n', 'true'], { env, limitMs: 5_000 })).ok;
    if (isQuiet) return aptInstaller(apt, [sudo, '-n'], names, env);
  }
  if (brew) return brewInstaller(brew, names, env);
  return undefined;
}

function aptInstaller(
  apt: string,
  prefix: string[],
  { apt: name, sideEffect }: PackageNames,
  env: NodeJS.ProcessEnv,
): Installer {
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
  // sudo drops the environment: `env` sets it again on the other side.
  const inner = prefix.length > 0 ? ['env', 'DEBIAN_FRONTEND=noninteractive', apt] : [apt];
  const [command = apt, ...before] = [...prefix, ...inner];
  // Two terminals, or the system's own updates, may hold apt's lock: wait for it, do not fail.
  const patient = ['-o', 'DPkg::Lock::Timeout=120'];
  const packages = ['install', '-y', '--no-install-recommends', name];
  return {
    steps: [
      [command, ...before, ...patient, 'update'],
      [command, ...before, ...patient, ...packages],
    ],
    env: { ...env, ...quiet },
    line: `${prefix.length > 0 ? 'sudo ' : ''}apt-get ${packages.join(' ')}`,
    sideEffect,
  };
}

function brewInstaller(
  brew: string,
  { brew: name }: PackageNames,
  env: NodeJS.ProcessEnv,
): Installer {
  return {
    steps: [[brew, 'install', name]],
    env: { ...env, NONINTERACTIVE: '1', HOMEBREW_NO_AUTO_UPDATE: '1' },
    line: `brew install ${name}`,
    sideEffect: '',
  };
}

/**
 * Carries it out. What came of it, the caller looks at: a failed `apt-get update` (one dead mirror)
 * need not keep the install from working.
 *
 * @returns what the last step said.
 */
export async function carryOut(installer: Installer): Promise<string> {
  let said = '';
  for (const [command, ...args] of installer.steps) {
    const step = await run(command, args, { env: installer.env, limitMs: installLimitMs });
    said = step.stderr.trim() || step.stdout.trim();
  }
  return said;
}

const installLimitMs = 10 * 60_000;
