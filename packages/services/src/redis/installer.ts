// How package managers call Redis, and what to type where none of them can be asked.
import { existsSync } from 'node:fs';
import { findOnPath } from '../commands.ts';
import type { PackageNames } from '../installer.ts';

export const redisPackage = (): PackageNames => ({
  apt: 'redis-server',
  brew: 'redis',
  sideEffect: systemServer(),
});

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

/** The package enables a server of its own; images for containers forbid starting it at once. */
function systemServer(): string {
  const when = existsSync('/usr/sbin/policy-rc.d') ? 'at the next boot' : 'now and at each boot';
  return (
    `The package also starts a system Redis on port 6379, ${when}, which the lab does not use ` +
    '(sudo systemctl disable --now redis-server ends it).'
  );
}
