import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { node24Version, postgresImage, redisImage } from '@session-lab/services';
import { DCLinter } from 'dclint';
import { readPostgresConfig } from 'security-helpers/postgres';
import { readRedisConfig } from 'security-helpers/redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { examples } from '../src/examples.ts';
import { exampleFolder, root } from '../src/folders.ts';
import {
  composeText,
  dockerfile,
  environmentOf,
  migrationOf,
  type Service,
  serviceOf,
  services,
  serving,
  withValues,
} from './compose-file.ts';

const VARIABLE = /\$\{(\w+):\?run npm run compose:env\}/g;

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'session-lab-compose-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('docker-compose.yml', () => {
  it('is a compose file by the Compose specification, and its linter finds nothing', () => {
    expect(lint(composeText)).toEqual([]);
  });

  it.each([
    ['healthcheck:', 'healthchek:', /services\/redis".* additional properties/],
    ['stop_grace_period: 15s', 'stop_grace_period: [15]', /stop_grace_period/],
    ['condition: service_healthy', 'condition: healthy', /redis-example\/depends_on/],
    ["'127.0.0.1:3001:3001'", "'3001:3001'", /3001:3001/],
  ])('a mistake in it is found: %s', (text, mistake, found) => {
    expect(composeText).toContain(text);
    expect(lint(composeText.replace(text, mistake)).join('\n')).toMatch(found);
  });

  it('is written in lines of at most 100 columns, as is what belongs to it', () => {
    const files = ['docker-compose.yml', 'Dockerfile', 'docker/Caddyfile', 'docker/roles.sql'];
    for (const file of files) {
      const lines = readFileSync(join(root, file), 'utf8').split('\n');
      expect(Math.max(...lines.map(({ length }) => length)), file).toBeLessThanOrEqual(100);
    }
  });

  it('runs the versions that everything else runs', () => {
    expect(services['redis']?.image).toBe(redisImage);
    expect(services['postgres']?.image).toBe(postgresImage);
    expect(dockerfile).toContain(`\nFROM node:${node24Version}-alpine\n`);
    expect(dockerfile.match(/^FROM /gm)).toHaveLength(1);
    expect(node24Version.split('.')[0]).toBe(readFileSync(join(root, '.nvmrc'), 'utf8').trim());
    for (const [name, { image, build }] of Object.entries(services)) {
      if (!build) expect(image, name).toMatch(/:\d+\.\d+(\.\d+)?-alpine$/);
    }
  });

  it('publishes ports on loopback only, and no store', () => {
    const ports = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(ports.length).toBeGreaterThan(examples.length);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
    for (const name of ['redis', 'postgres']) {
      expect(services[name]?.ports ?? [], name).toEqual([]);
      expect(services[name]?.networks, name).toEqual(['stores']);
    }
  });

  it.each(Object.entries(services))('%s can do no more than it has to', (_, service) => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect([service.read_only, service.init]).toEqual([true, true]);
    expect(Number.parseInt(service.stop_grace_period, 10)).toBeGreaterThan(10);
  });

  it('waits for nothing whose health is not known', () => {
    for (const [name, { depends_on = {} }] of Object.entries(services)) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const needed = services[other] as Service;
        const ends = needed.command?.includes('src/migrate.ts');
        expect(condition, `${name} → ${other}`).toBe(
          ends ? 'service_completed_successfully' : 'service_healthy',
        );
        if (!ends) expect(needed.healthcheck ?? needed.build, other).toBeDefined();
      }
    }
    expect(dockerfile).toMatch(/^HEALTHCHECK .*CMD/m);
    for (const service of Object.values(services)) {
      if (!service.build) expect(service.healthcheck?.test?.length).toBeGreaterThan(1);
    }
  });
});

describe('the examples in docker-compose.yml', () => {
  it('are all there are', () => {
    const served = serving().map(({ service }) => service.build?.args.EXAMPLE);
    expect(served.sort()).toEqual(examples.map(({ name }) => name).sort());
  });

  it.each(examples)('$name has its port, its cookie, its stores and its tables', (example) => {
    const { name, port, needs } = example;
    const service = serviceOf(name);
    const { PORT, SESSION_COOKIE_NAME, NODE_ENV, HOST } = service.environment ?? {};
    expect(service.ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect([PORT, SESSION_COOKIE_NAME]).toEqual([port, `sid_${name}`]);
    expect([NODE_ENV, HOST]).toEqual(['development', '0.0.0.0']);
    expect(service.environment).toHaveProperty(
      'SESSION_SECRET',
      `\${SESSION_SECRET_${name.toUpperCase()}:?run npm run compose:env}`,
    );

    const waitsFor = Object.keys(service.depends_on ?? {});
    const migration = migrationOf(name);
    expect(migration !== undefined).toBe(existsSync(join(exampleFolder(name), 'src/migrate.ts')));
    for (const store of needs) {
      const found = waitsFor.includes(store) || (store === 'postgres' && migration?.depends_on);
      expect(found, store).toBeTruthy();
    }
    if (migration) {
      expect(waitsFor.map((other) => services[other])).toContain(migration);
      expect(service.environment).not.toHaveProperty('MIGRATION_DATABASE_URL');
    }
  });

  it.each(examples)('$name knows each of its settings', ({ name }) => {
    const known = settingsOf(name);
    const given = Object.values(services)
      .filter(({ build }) => build?.args.EXAMPLE === name)
      .flatMap(({ environment = {} }) => Object.keys(environment));
    expect(given.length).toBeGreaterThan(4);
    for (const setting of given) expect(known, setting).toContain(setting);
    expect(known).not.toContain('SESSION_COKIE_NAME');
  });

  it.each(
    Object.entries(services)
      .filter(([, { build }]) => build)
      .map(([name, service]) => ({ name, service })),
  )('$name may reach its stores by the names that they have there', ({ service }) => {
    const names = [...composeText.matchAll(VARIABLE)].map(([, name = '']) => [name, 'hunter2']);
    const defaults = { NODE_ENV: /\bNODE_ENV=(\w+)/.exec(dockerfile)?.[1] };
    const given = environmentOf(service, Object.fromEntries(names));
    const env: NodeJS.ProcessEnv = { ...defaults, ...given };
    expect(env['NODE_ENV']).toMatch(/^(development|production)$/);
    if (env['REDIS_URL']) {
      const redisUrl = expect.stringContaining('@redis:');
      expect(readRedisConfig(env)).toEqual({ redisUrl });
    }
    if (env['DATABASE_URL']) expect(readPostgresConfig(env).databaseUrl).toContain('@postgres:');
  });

  it('in production are two behind one proxy, which terminates TLS', () => {
    const replicas = serving('production');
    expect(replicas.map(({ name }) => name)).toEqual(['production-1', 'production-2']);
    const [first, second] = replicas.map(({ service }) => service) as [Service, Service];
    expect(second).toEqual(first);
    const { environment = {}, ports } = first;
    expect(ports).toEqual([]);
    expect(environment).toMatchObject({ NODE_ENV: 'production', TRUST_PROXY_HOPS: 1 });

    const { port, protocol, hostname } = new URL(String(environment['PUBLIC_ORIGIN']));
    expect([protocol, hostname]).toEqual(['https:', 'localhost']);
    const caddy = services['caddy'] as Service;
    expect([caddy.profiles, caddy.ports]).toEqual([['production'], [`127.0.0.1:${port}:${port}`]]);
    const caddyfile = readFileSync(join(root, 'docker/Caddyfile'), 'utf8');
    expect(caddyfile).toContain(`\nhttps://localhost:${port} {\n\ttls internal\n`);
    const upstreams = replicas.map(({ name }) => `${name}:${environment['PORT']}`).join(' ');
    expect(caddyfile).toContain(`reverse_proxy ${upstreams} {`);
  });
});

describe('the secrets of docker-compose.yml', () => {
  it('are no literals: each comes from .env, or Compose says what to run', () => {
    expect(composeText.match(/\$\{/g)).toHaveLength([...composeText.matchAll(VARIABLE)].length);
    const rest = composeText.replaceAll(VARIABLE, '<secret>');
    expect(rest).not.toMatch(/[A-Za-z0-9+_-]{32,}/);
    for (const [, value] of rest.matchAll(/(?:SECRET|PASSWORD)\w*: *(.*)$/gm)) {
      expect(value).toBe('<secret>');
    }
    for (const [, login] of rest.replaceAll(/\\\n */g, '').matchAll(/\w+:\/\/([^\s@/]+)@/g)) {
      expect(login).toMatch(/^\w+:<secret>$/);
    }
  });

  it('are written by npm run compose:env, all of them and no others, for the owner only', () => {
    const file = join(temporaryFolder(), '.env');
    expect(composeEnv(file).status).toBe(0);
    const values = parseEnv(readFileSync(file, 'utf8'));
    const names = new Set([...composeText.matchAll(VARIABLE)].map(([, name]) => name));
    expect(Object.keys(values).sort()).toEqual([...names].sort());
    expect(new Set(Object.values(values)).size).toBe(names.size);
    for (const value of Object.values(values)) expect(value).toMatch(/^[A-Za-z0-9_-]{64}$/);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(withValues(composeText, values)).not.toContain('${');

    for (const { service } of [...serving(), ...serving('production')]) {
      const env = environmentOf(service, values);
      for (const url of [env['REDIS_URL'], env['DATABASE_URL']]) {
        if (url) expect(decodeURIComponent(new URL(url).password)).toHaveLength(64);
      }
    }
  });

  it('stay as they are once they are there, and what is missing is named', () => {
    const file = join(temporaryFolder(), '.env');
    writeFileSync(file, 'APP_PASSWORD=mine\n', { mode: 0o644 });
    const { status, stderr } = composeEnv(file);
    expect(status).toBe(78);
    expect(stderr).toMatch(/^It lacks REDIS_PASSWORD_SHA256, POSTGRES_PASSWORD, .*: add a line/);
    expect(stderr).not.toContain('APP_PASSWORD');
    expect(readFileSync(file, 'utf8')).toBe('APP_PASSWORD=mine\n');

    rmSync(file);
    composeEnv(file);
    const before = readFileSync(file, 'utf8');
    expect(composeEnv(file).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('are in a file that git does not take', () => {
    expect(() =>
      execFileSync('git', ['check-ignore', '--quiet', '.env'], { cwd: root }),
    ).not.toThrow();
  });
});

/** What dclint has to say: the schema of the Compose specification, and its rules but for the order. */
function lint(text: string): string[] {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'docker-compose.yml'), text);
  const inOurOrder = { 'service-keys-order': 0, 'services-alphabetical-order': 0 } as const;
  const linter = new DCLinter({
    rules: {
      ...inOurOrder,
      'service-dependencies-alphabetical-order': 0,
      'service-ports-alphabetical-order': 0,
      'top-level-properties-order': 0,
    },
    quiet: false,
    debug: false,
    exclude: [],
  });
  // Its own types are lost: they are imported without a file ending.
  const results: { messages: { line: number; message: string }[] }[] = linter.lintFiles(
    [folder],
    false,
  );
  return results.flatMap(({ messages }) =>
    messages.map(({ line, message }) => `${line}: ${message}`),
  );
}

function composeEnv(file: string) {
  const script = join(root, 'scripts/compose-env.mjs');
  return spawnSync(process.execPath, [script, file], { encoding: 'utf8' });
}

/** The settings that an example can have: those that readConfig reads, and those that it names. */
function settingsOf(example: string): string[] {
  const config = join(root, 'packages/security-helpers/src/config.ts');
  const common = readFileSync(config, 'utf8').matchAll(/^ +([A-Z][A-Z_]+): /gm);
  const own = readFileSync(join(exampleFolder(example), '.env.example'), 'utf8');
  return [...common, ...own.matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map(([, name = '']) => name);
}
