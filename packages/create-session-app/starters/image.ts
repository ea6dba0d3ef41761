// What somebody does who has Docker: builds the image, starts the stores of compose.yaml, migrates
// and serves. Here without Docker: the steps of the Dockerfile in a folder, by the Node that it
// names; a Redis by its command in compose.yaml, a Postgres after docker/roles.sql.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { findOrInstallNode24, freePort } from '@session-lab/services';
import { expect, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { PRODUCTION } from '../../acceptance/src/target.ts';
import { startComposePostgres, type Values } from '../../lab/slow/compose-stores.ts';
import { build } from '../../lab/slow/dockerfile.ts';
import { serve } from '../../lab/slow/serve.ts';
import { withValues } from '../../lab/test/compose-file.ts';

interface Compose {
  services: { redis: { command: string[]; healthcheck: { test: [string, string] } } };
}

/** Builds the image of a starter that has both stores, and serves with its own `.env`. */
export async function serveImage(folder: string, into: string): Promise<void> {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const values = parseEnv(read('.env')) as Values;
  const { services } = parse(read('compose.yaml')) as Compose;
  const redisPort = await startRedis(services.redis, values, join(into, 'redis'));
  const postgres = await startComposePostgres(values);
  onTestFinished(() => postgres.close());

  const image = build(read('Dockerfile'), {
    context: folder,
    args: {},
    into: join(into, 'image'),
    node: await findOrInstallNode24(console.log),
  });
  const { host } = new URL(postgres.url);
  const { MIGRATION_DATABASE_URL = '', ...rest } = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value.replace('127.0.0.1:6379', `127.0.0.1:${redisPort}`).replace('127.0.0.1:5432', host),
    ]),
  );
  const env = { ...image.env, ...rest, ...PRODUCTION.env, HOST: '127.0.0.1', PORT: '0' };
  const inImage = { cwd: image.folder, env };
  const migrated = spawnSync('node', ['src/migrate.ts'], {
    ...inImage,
    env: { ...env, MIGRATION_DATABASE_URL },
    encoding: 'utf8',
  });
  expect([migrated.stderr, migrated.status]).toEqual(['', 0]);

  const running = await serve(image.command, inImage);
  for (const path of ['healthz', 'readyz']) {
    expect((await fetch(`${running.url}/${path}`)).status).toBe(200);
  }
  const { port } = new URL(running.url);
  const check = () =>
    spawnSync('sh', ['-c', image.healthcheck], { ...inImage, env: { ...env, PORT: port } }).status;
  expect(check()).toBe(0);
  expect(await running.stop()).toBe(0);
  expect(check()).not.toBe(0);
}

/** @returns its port, once its own health check finds it well. */
async function startRedis(
  { command, healthcheck }: Compose['services']['redis'],
  values: Values,
  data: string,
): Promise<number> {
  const port = await freePort();
  const [program = '', ...words] = command.map((word) => withValues(word, values));
  const here = ['--bind', '127.0.0.1', '--port', String(port), '--dir', data];
  mkdirSync(data, { recursive: true });
  const child = spawn(program, [...words, ...here], { cwd: data, stdio: 'ignore' });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const [, check] = healthcheck.test;
  const elsewhere = check.replace('redis-cli', `redis-cli -p ${port}`);
  const env = { ...process.env, REDISCLI_AUTH: values['REDIS_PASSWORD'] };
  const status = () => spawnSync('sh', ['-c', elsewhere], { env }).status;
  await expect.poll(status, { timeout: 30_000 }).toBe(0);
  return port;
}
