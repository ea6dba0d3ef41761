import { run } from '../commands.ts';
import { findDocker } from '../containers.ts';

/** Pinned: a lab that shows what Redis does must show the same tomorrow. */
export const redisImage = 'redis:7.4.2-alpine';

export interface RedisImage {
  readonly provider: 'docker';
  /** full path of the docker command */
  readonly command: string;
  /** for people: `Docker 27.3.1` */
  readonly title: string;
  readonly image: string;
  /** false: `docker pull` has to come first */
  readonly isHere: boolean;
}

export async function findRedisImage(env: NodeJS.ProcessEnv): Promise<RedisImage | undefined> {
  const docker = await findDocker(env);
  if (!docker) return undefined;
  const { command, version } = docker;
  const image = await run(command, ['image', 'inspect', redisImage], { env, limitMs: 10_000 });
  const title = `Docker ${version}`;
  return { provider: 'docker', command, title, image: redisImage, isHere: image.ok };
}
