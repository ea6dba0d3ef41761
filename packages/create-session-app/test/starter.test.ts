import { readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { postgresImage, redisImage } from '@session-lab/services';
import { DCLinter } from 'dclint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { examples } from '../../lab/src/examples.ts';
import { addressesIn, packagesIn } from '../render/imports.ts';
import { root } from '../render/repository.ts';
import { foreignWords } from '../render/wording.ts';
import { envFile } from '../src/env-file.ts';
import { examples as published } from '../src/examples.ts';
import { starter, temporaryFolder } from './support.ts';

const names = examples.map(({ name }) => name);

interface Manifest {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}
interface Service {
  image: string;
  ports: string[];
  healthcheck: { test: string[] };
}
interface Workflow {
  permissions: object;
  jobs: Record<string, { 'timeout-minutes': number; steps: Step[] }>;
}
interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
const manifestOf = (files: ReadonlyMap<string, string>) =>
  JSON.parse(files.get('package.json') ?? '') as Manifest;

it('the command offers the examples that there are', () => {
  const facts = published.map(({ name, port, needs }) => ({ name, port, needs }));
  expect(facts).toEqual(examples);
});

it('each word that is changed is found in the sources', async () => {
  const made = new Set<string>();
  for (const name of names) await starter(name, made);
  expect([...made].sort()).toEqual([...foreignWords].sort());
});

describe.each(names)('the starter of %s', (name) => {
  it('imports nothing but its own files and the packages in its package.json', async () => {
    const files = await starter(name);
    const { dependencies, devDependencies } = manifestOf(files);
    for (const [path, text] of files) {
      if (!/\.(ts|mjs)$/.test(path)) continue;
      for (const address of addressesIn(text).filter((each) => each.startsWith('.'))) {
        const target = posix.join(posix.dirname(path), address);
        expect(files.has(target), `${path} imports ${address}`).toBe(true);
      }
      const installed = path.startsWith('src/')
        ? dependencies
        : { ...dependencies, ...devDependencies };
      for (const each of packagesIn(text)) expect(Object.keys(installed), path).toContain(each);
    }
  });

  it('has no trace of this repository', async () => {
    const foreign =
      /session[- ]lab|security-helpers|npm run (chaos|diff|lab:|compose:|doctor|attack)|packages\//i;
    for (const [path, text] of await starter(name)) {
      expect(foreign.exec(text)?.[0], path).toBeUndefined();
      expect(text, path).not.toMatch(/(?<!redis\.io\/|www\.postgresql\.org\/)\bdocs\//);
      // No way out of the folder: `../` as often as it is deep at most.
      for (const [up] of text.matchAll(/(\.\.\/)+/g)) {
        expect(up.length / 3, `${path}: ${up}`).toBeLessThanOrEqual(path.split('/').length - 1);
      }
    }
  });

  it('brings each helper that it uses, and none that it does not', async () => {
    const files = await starter(name);
    const imported = new Set<string>();
    for (const [path, text] of files) {
      for (const address of addressesIn(text))
        imported.add(posix.join(posix.dirname(path), address));
    }
    const helpers = [...files.keys()].filter((path) => path.startsWith('src/session-security/'));
    expect(helpers.filter((path) => path.endsWith('.test.ts'))).toEqual([]);
    expect(helpers.filter((path) => path.endsWith('.ts') && !imported.has(path))).toEqual([]);
  });

  it('has exact versions, those of the lock file', async () => {
    const { dependencies, devDependencies, optionalDependencies } = manifestOf(await starter(name));
    const lock = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as {
      packages: Record<string, { version: string }>;
    };
    for (const [each, version] of Object.entries({
      ...dependencies,
      ...devDependencies,
      ...optionalDependencies,
    })) {
      expect(lock.packages[`node_modules/${each}`]?.version, each).toBe(version);
    }
  });

  it('has a compose file with just its stores, in which the linter finds nothing', async () => {
    const { needs = [] } = examples.find((each) => each.name === name) ?? {};
    const text = (await starter(name)).get('compose.yaml')?.replaceAll('__APP_NAME__', 'my-app');
    if (needs.length === 0) return expect(text).toBeUndefined();
    const { services } = parse(text ?? '') as { services: Record<string, Service> };
    expect(Object.keys(services)).toEqual([...needs]);
    for (const { image, ports, healthcheck } of Object.values(services)) {
      expect([redisImage, postgresImage]).toContain(image);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
      expect(healthcheck.test.length).toBeGreaterThan(1);
    }
    expect(lint(text ?? '')).toEqual([]);
    // Each variable that it asks for is in the .env that the command writes.
    const env = envFile(
      published.find((each) => each.name === name) ?? { name, hint: '', port: 0, needs },
    );
    for (const [, variable] of (text ?? '').matchAll(/\$\{(\w+):/g)) {
      expect(env).toMatch(new RegExp(`^${variable}=\\S{24,}$`, 'm'));
    }
  });

  it('has a README whose commands are in its package.json, and a workflow, too', async () => {
    const files = await starter(name);
    const { scripts } = manifestOf(files);
    const texts = [files.get('README.md'), files.get('.github/workflows/test.yml')];
    const commands = [...texts.join('\n').matchAll(/npm run ([\w-]+)/g)].map(([, each]) => each);
    expect(commands).toContain('dev');
    for (const each of commands) expect(Object.keys(scripts)).toContain(each);
    expect(files.get('README.md')).toContain('## Before production');
  });

  it('has a workflow that runs all its checks, may only read, and does not run for ever', async () => {
    const files = await starter(name);
    const { permissions, jobs } = parse(files.get('.github/workflows/test.yml') ?? '') as Workflow;
    expect(permissions).toEqual({ contents: 'read' });
    for (const { steps, 'timeout-minutes': minutes } of Object.values(jobs)) {
      expect(minutes).toBeLessThanOrEqual(60);
      const commands = steps.flatMap(({ run }) => run ?? []);
      expect(commands.filter((command) => command.startsWith('npm'))).toEqual([
        ...['npm ci', 'npm run typecheck', 'npm run lint', 'npm test'],
      ]);
      for (const { uses, with: options = {} } of steps) {
        if (uses) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
        const file = options['node-version-file'];
        if (file) expect(files.has(String(file))).toBe(true);
      }
    }
  });
});

function lint(text: string): string[] {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'compose.yaml'), text);
  const linter = new DCLinter({
    rules: {
      'service-keys-order': 0,
      'services-alphabetical-order': 0,
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
    messages.map(({ line, message }) => `line ${line}: ${message}`),
  );
}
