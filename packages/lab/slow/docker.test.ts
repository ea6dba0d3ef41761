// The Dockerfile and docker-compose.yml, as far as they can be tried without a Docker engine.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOrInstallNode24, type ServiceHandle } from '@session-lab/services';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { examples } from '../src/examples.ts';
import { root } from '../src/folders.ts';
import {
  dockerfile,
  environmentOf,
  migrationOf,
  serviceOf,
  serving,
} from '../test/compose-file.ts';
import { logIn } from '../test/support.ts';
import {
  freshValues,
  pointedAt,
  startComposePostgres,
  startComposeRedis,
} from './compose-stores.ts';
import { build, type Image, ignoredIn } from './dockerfile.ts';
import { serve } from './serve.ts';

const LIMIT = { timeout: 120_000 };

const onLoopback = { HOST: '127.0.0.1', PORT: '0' };
const values = freshValues();
const stores: Partial<Record<string, ServiceHandle>> = {};
let node: string;

beforeAll(async () => {
  node = await findOrInstallNode24(console.log);
  stores['redis'] = await startComposeRedis(values);
  stores['postgres'] = await startComposePostgres(values);
}, 300_000);
afterAll(async () => {
  for (const store of Object.values(stores)) await store?.close();
});

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'session-lab-image-'));
}

describe.each(examples)('the image of $name', LIMIT, ({ name }) => {
  let into: string;
  let image: Image;

  beforeAll(() => {
    into = temporaryFolder();
    image = build(dockerfile, { context: root, args: { EXAMPLE: name }, into, node });
  }, 120_000);
  afterAll(() => rmSync(into, { recursive: true, force: true }));

  const inImage = (env: Record<string, string>) => ({
    cwd: image.folder,
    env: { ...image.env, ...pointedAt(env, stores) },
  });

  it('holds the source of this example and what that needs, and nothing else', () => {
    const files = readdirSync(into, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(into.length + 1))
      .filter((path) => !path.includes('node_modules'));
    const own = /^app\/(examples\/\w+|packages\/security-helpers)\/(package\.json|src\/.+)$/;
    const others = files.filter((path) => !own.test(path)).sort();
    expect(others).toEqual(['app/.npmrc', 'app/package-lock.json', 'app/package.json']);
    expect(files.filter((path) => /\.test\.ts$|\.env/.test(path))).toEqual([]);
    expect(readdirSync(join(into, 'app/examples'))).toEqual([name]);
    expect(files.length).toBeGreaterThan(30);

    for (const tool of ['typescript', 'tsx', 'vitest', '@types/node']) {
      expect(existsSync(join(into, 'app/node_modules', tool)), tool).toBe(false);
    }
    expect(image.user).toBe('node');
  });

  it('makes its tables, where it has some, and does not serve without them', async () => {
    const migration = migrationOf(name);
    if (!migration) {
      expect(existsSync(join(image.folder, 'src/migrate.ts'))).toBe(false);
      return;
    }
    const env = { ...environmentOf(serviceOf(name), values), ...onLoopback };
    await expect(serve(image.command, inImage(env))).rejects.toThrow(/code 69.*npm run migrate/s);

    const [program = '', ...args] = migration.command ?? [];
    const owner = inImage(environmentOf(migration, values));
    const migrate = () => spawnSync(program, args, { ...owner, encoding: 'utf8' });
    const first = migrate();
    expect(first.stderr).toBe('');
    expect([first.status, first.stdout]).toEqual([0, expect.stringMatching(/^Migrated: /)]);
    expect(migrate().stdout).toMatch(/^Nothing to migrate/);
  });

  const served = [...serving(), ...serving('production')].filter(
    ({ service }) => service.build?.args.EXAMPLE === name,
  );
  it.each(served)(
    'as $name is healthy, lets somebody in, and ends in order',
    async ({ service }) => {
      const env: Record<string, string> = { ...environmentOf(service, values), ...onLoopback };
      const running = await serve(image.command, inImage(env));
      expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
      expect((await fetch(`${running.url}/readyz`)).status).toBe(200);

      const { port } = new URL(running.url);
      const check = () =>
        spawnSync('sh', ['-c', image.healthcheck], inImage({ ...env, PORT: port })).status;
      expect(check()).toBe(0);

      if (env['NODE_ENV'] === 'production') {
        const page = await fetch(running.url, { redirect: 'manual' });
        expect([page.status, page.headers.get('location')]).toEqual([
          308,
          `${env['PUBLIC_ORIGIN']}/`,
        ]);
        // What Caddy says of a request that it got over TLS.
        const cookie = await logIn(running.url, { 'x-forwarded-proto': 'https' });
        expect(cookie).toMatch('__Host-sid=');
      } else {
        const cookie = await logIn(running.url);
        expect(cookie).toMatch(`sid_${name}=`);
      }

      expect(await running.stop()).toBe(0);
      expect(check()).not.toBe(0);
    },
  );
});

describe('docker/roles.sql', LIMIT, () => {
  it('gives the role that serves requests rows, and nothing else', async () => {
    const url = pointedAt(environmentOf(serviceOf('postgres'), values), stores)['DATABASE_URL'];
    const app = new pg.Client({ connectionString: url });
    await app.connect();
    onTestFinished(() => app.end());
    expect((await app.query('SELECT count(*) FROM postgres.session')).rowCount).toBe(1);
    for (const attempt of [
      'CREATE TABLE public.mine (id int)',
      'CREATE TEMPORARY TABLE mine (id int)',
      'CREATE SCHEMA mine',
      'DROP TABLE postgres.session',
      'TRUNCATE postgres.session',
      'ALTER TABLE postgres.session ADD COLUMN mine int',
      'DELETE FROM postgres.pgmigrations',
      'CREATE ROLE mine',
    ]) {
      await expect(app.query(attempt), attempt).rejects.toThrow(/permission denied|must be owner/);
    }
  });
});

describe('the Node of the image', () => {
  it('is a 24 also where this one is older, and is downloaded once', async () => {
    expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toMatch(/^v24\./);
    const announced: string[] = [];
    expect(await findOrInstallNode24((line) => void announced.push(line))).toBe(node);
    expect(announced).toEqual([]);
  });
});

describe('the build', () => {
  it('never sees a secret, a test, or what was installed on this machine', () => {
    const ignored = ignoredIn(root);
    for (const path of [
      '.env',
      'examples/redis/.env',
      'examples/redis/src/.env',
      '.git/config',
      'node_modules/express/index.js',
      'packages/security-helpers/src/seal.test.ts',
      'packages/security-helpers/node_modules/x/index.js',
      'examples/redis/test/support.ts',
      'packages/services/src/index.ts',
    ]) {
      expect(ignored(path), path).toBe(true);
    }
  });

  it.each([
    ['ADD . .', /ADD is not known/],
    ['RUN --mount=type=secret,id=npm true', /not known/],
    ['RUN exit 3', /failed/],
    ['RUN touch /etc/passwd', /leave the folder/],
    ['COPY examples/$EXAMPLE/test test', /\.dockerignore keeps/],
    ['COPY --from=builder package.json .', /not known/],
    ['WORKDIR $EXAMPEL', /no such variable/],
  ])('is not taken for granted here: %s is refused', (line, problem) => {
    const into = temporaryFolder();
    onTestFinished(() => rmSync(into, { recursive: true, force: true }));
    const wrong = `FROM node\nARG EXAMPLE\n${line}\n`;
    const attempt = () =>
      build(wrong, { context: root, args: { EXAMPLE: 'redis' }, into, node: process.execPath });
    expect(attempt).toThrow(problem);
  });
});
