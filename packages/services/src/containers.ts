// Servers as Docker containers, for machines without the program. Exercised only where a Docker
// engine exists: no test here can run it without one.
import { spawnSync } from 'node:child_process';
import { type CommandResult, findOnPath, run } from './commands.ts';
import type { Control } from './control.ts';
import { PortTakenError } from './ports.ts';
import { until } from './wait.ts';

const limitMs = 60_000;
const killLimitMs = 10_000;

export interface ContainerRecord {
  readonly kind: 'container';
  /** the full path of the docker command */
  readonly docker: string;
  /** the name of the container and of the volume that keeps its data */
  readonly name: string;
}

/** The engine's version; bounded, because a stopped Docker Desktop lets the command hang. */
export async function findDocker(
  env: NodeJS.ProcessEnv,
): Promise<{ command: string; version: string } | undefined> {
  const command = findOnPath('docker', env);
  if (!command) return undefined;
  const info = await run(command, ['info', '--format', '{{.ServerVersion}}'], {
    env,
    limitMs: 4_000,
  });
  const version = info.stdout.trim();
  return info.ok && version !== '' ? { command, version } : undefined;
}

/**
 * Starts a container with `/data` on a volume of the same name and one loopback port.
 * @throws PortTakenError when another program holds the port
 */
export async function runContainer(options: {
  record: ContainerRecord;
  image: string;
  port: number;
  innerPort: number;
  args: readonly string[];
  /** by name on the command line, by value only in the environment: one may be a password */
  env?: Record<string, string>;
}): Promise<void> {
  const { docker, name } = options.record;
  const { env = {} } = options;
  await run(docker, ['rm', '--force', name], { limitMs });
  const publish = `127.0.0.1:${options.port}:${options.innerPort}`;
  const started = await run(
    docker,
    // `--pull never`: downloads are announced, and happen in the ladder, never here.
    ['run', '--detach', '--pull', 'never', '--name', name, '--volume', `${name}:/data`].concat(
      ['--publish', publish],
      Object.keys(env).flatMap((key) => ['--env', key]),
      options.image,
      options.args,
    ),
    { env: { ...process.env, ...env }, limitMs },
  );
  if (started.ok) return;
  if (/already (in use|allocated)/.test(started.stderr)) throw new PortTakenError(options.port);
  throw new Error(`docker run failed: ${started.stderr.trim().split('\n').at(-1)}`);
}

export async function removeVolume(record: ContainerRecord): Promise<void> {
  await run(record.docker, ['rm', '--force', record.name], { limitMs });
  await run(record.docker, ['volume', 'rm', '--force', record.name], { limitMs });
}

export function containerControl({ docker, name }: ContainerRecord): Control {
  const command = (...args: string[]): Promise<CommandResult> => run(docker, args, { limitMs });
  const alive = async () =>
    (await command('inspect', '--format', '{{.State.Running}}', name)).stdout.trim() === 'true';
  const kill = async () => {
    await command('kill', name);
    await command('unpause', name); // a paused one takes the signal only now
    await until(`Container ${name} did not end`, killLimitMs, async () => !(await alive()));
  };
  return {
    alive,
    async stop() {
      await command('unpause', name);
      await command('stop', '--time', '10', name);
    },
    kill,
    async end() {
      await kill();
      await removeVolume({ kind: 'container', docker, name });
    },
    async freeze() {
      if (!(await command('pause', name)).ok) throw new Error(`docker pause ${name} failed.`);
    },
    async thaw() {
      await command('unpause', name);
    },
    stopSoon() {
      spawnSync(docker, ['unpause', name], { stdio: 'ignore', timeout: 10_000 });
      spawnSync(docker, ['stop', '--time', '5', name], { stdio: 'ignore', timeout: 10_000 });
    },
    discard() {
      spawnSync(docker, ['rm', '--force', name], { stdio: 'ignore', timeout: 10_000 });
      spawnSync(docker, ['volume', 'rm', '--force', name], { stdio: 'ignore', timeout: 10_000 });
    },
  };
}
