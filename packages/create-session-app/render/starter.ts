// A starter: an example with all that it needs, and nothing of the repository that it comes from.
import { posix } from 'node:path';
import type { Example } from '../../lab/src/examples.ts';
import { composeFile } from './compose.ts';
import { helperFile, helpersFor } from './helpers.ts';
import { withAddresses } from './imports.ts';
import { manifest } from './manifest.ts';
import { readme } from './readme.ts';
import { read, readFolder } from './repository.ts';
import { tidy } from './tidy.ts';
import { inOwnWords } from './wording.ts';
import { workflow } from './workflow.ts';

const OWN = 'packages/create-session-app/files';
const HELPERS = 'src/session-security';

/** The files of a starter by their path; `__APP_NAME__` stands for its name. */
export async function renderStarter(
  example: Example,
  made?: Set<string>,
): Promise<Map<string, string>> {
  const sources = sourcesOf(example);
  const files = new Map<string, string>();
  for (const [path, text] of helpersFor([...sources.values()])) {
    const own = `${HELPERS}/${path}`;
    files.set(own, inOwnWords(own, text, made));
  }
  for (const [path, text] of sources) {
    files.set(path, inOwnWords(path, withAddresses(text, ownAddress(path)), made));
  }
  const env = read('examples', example.name, '.env.example');
  files.set('.env.example', inOwnWords('.env.example', env, made));
  files.set('package.json', manifest(example, files));
  for (const [path, text] of common(example)) files.set(path, text);
  return tidy(files);
}

/** What is TypeScript: the example, its tests, and what they stand on. */
function sourcesOf({ name, needs }: Example): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of ['src', 'test']) {
    for (const [path, text] of readFolder('examples', name, folder)) {
      files.set(`${folder}/${path}`, text);
    }
  }
  files.set('test/harness.ts', read(OWN, 'test/harness.ts'));
  files.set('test/browser.ts', read('packages/acceptance/src/browser.ts'));
  files.set('test/server-process.ts', read('packages/acceptance/src/server-process.ts'));
  files.set('test/exit-with-parent.mjs', read('packages/lab/src/exit-with-parent.mjs'));
  if (needs.length === 0) return files;

  files.set('test/services.ts', services(needs));
  for (const part of ['service', 'store-process', ...needs]) {
    files.set(`test/services/${part}.ts`, read(OWN, `test/services/${part}.ts`));
  }
  return files;
}

function services(needs: Example['needs']): string {
  const exports = {
    redis: "export { type RedisPersistence, startRedis } from './services/redis.ts';\n",
    postgres: "export { appRole, startPostgres } from './services/postgres.ts';\n",
  };
  return `// Where the tests get their stores from.\n\n${needs.map((name) => exports[name]).join('')}`;
}

/** Turns the packages of the repository that a file imports into files beside it. */
function ownAddress(path: string): (address: string) => string {
  const to = (target: string) => {
    const address = posix.relative(posix.dirname(path), target);
    return address.startsWith('.') ? address : `./${address}`;
  };
  return (address) => {
    const helper = helperFile(address);
    if (helper) return to(`${HELPERS}/${helper}`);
    if (address === '@session-lab/acceptance') return to('test/harness.ts');
    if (address === '@session-lab/services') return to('test/services.ts');
    return address;
  };
}

/** What is not TypeScript. */
function common(example: Example): Map<string, string> {
  const files = readFolder(OWN, 'common');
  const [, image = ''] = /^FROM (\S+)$/m.exec(read('Dockerfile')) ?? [];
  const dockerfile = files.get('Dockerfile') ?? '';
  files.set('Dockerfile', dockerfile.replace('__NODE_IMAGE__', image));
  // Under their own names, Git and npm would read them where they lie in this repository.
  for (const name of ['gitignore', 'dockerignore']) {
    files.set(`.${name}`, files.get(name) ?? '');
    files.delete(name);
  }
  files.set('.nvmrc', read('.nvmrc'));
  files.set('biome.json', biomeJson());
  files.set('LICENSE', read('LICENSE').replace('Session Lab contributors', 'the authors'));
  files.set('README.md', readme(example));
  files.set('.github/workflows/test.yml', workflow(example));
  if (example.needs.length > 0) files.set('compose.yaml', composeFile(example));
  if (example.needs.includes('postgres')) files.set('docker/roles.sql', read('docker/roles.sql'));
  return files;
}

/** The rules of the repository, without its exceptions. */
function biomeJson(): string {
  const { overrides: _, ...rules } = JSON.parse(read('biome.json')) as Record<string, unknown>;
  const own = { ...rules, files: { includes: ['**', '!package-lock.json'] } };
  return `${JSON.stringify(own, null, 2)}\n`;
}
