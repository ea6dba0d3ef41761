// Each example made outside of the repository, as a user gets it: installed, checked, its own tests
// run, started; then the contract of the examples and the attacks on what was made.
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { startServer } from '@session-lab/acceptance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playedOn } from '../../acceptance/src/attack/catalogue.ts';
import { playOnExample } from '../../acceptance/src/attack/play.ts';
import { ExampleStages } from '../../acceptance/src/attack/stage.ts';
import { closeTargets, targets } from '../../acceptance/src/attack/targets.ts';
import { contract } from '../../acceptance/src/contract/index.ts';
import type { Backend, Target } from '../../acceptance/src/target.ts';
import { root } from '../render/repository.ts';

const run = promisify(execFile);
const MINUTES = 60_000;

type Made = Pick<Target, 'start' | 'openStore' | 'createUsers'>;

/** The example's target, but what it starts is the code of the starter. */
function targetOf(example: Target, made: () => Made): Target {
  return {
    ...example,
    start: (options) => made().start(options),
    openStore: (env, config, clock) => made().openStore(env, config, clock),
    createUsers: (accounts) => made().createUsers(accounts),
  };
}

async function load(folder: string): Promise<Made> {
  const from = (file: string) => import(pathToFileURL(join(folder, 'src', file)).href);
  const [server, store, users] = [
    await from('server.ts'),
    await from('store.ts'),
    await from('users.ts'),
  ];
  return { start: server.start, openStore: store.openStore, createUsers: users.createUsers };
}

function npm(args: readonly string[], cwd: string) {
  // A developer's own stores are not for tests that kill them.
  const { REDIS_URL: _, DATABASE_URL: __, ...env } = process.env;
  const script = env['npm_execpath'];
  const options = { cwd, env, maxBuffer: 1 << 26 };
  return script?.endsWith('.js')
    ? run(process.execPath, [script, ...args], options)
    : run('npm', args, { ...options, shell: process.platform === 'win32' });
}

for (const example of targets) {
  describe(`the starter of ${example.name}`, () => {
    let place: string;
    let folder: string;
    let made: Made;
    let backend: Backend;
    let ownTests: Promise<unknown>;

    beforeAll(async () => {
      place = mkdtempSync(join(realpathSync(tmpdir()), 'create-session-app-'));
      chmodSync(place, 0o755); // under root, Postgres runs as another user, who has to get in here
      folder = join(place, `my-${example.name}`);
      await npm(['run', 'create', '--', example.name, folder], root);
      made = await load(folder);
      backend = await example.openBackend();
      // Meanwhile: they are processes that mostly wait, and there are two processors.
      ownTests = npm(['test'], folder).catch(said);
    }, 5 * MINUTES);
    afterAll(async () => {
      await ownTests;
      await backend?.close();
      rmSync(place, { recursive: true, force: true });
    }, 5 * MINUTES);

    for (const script of ['typecheck', 'lint']) {
      it(`npm run ${script} is green`, async () => {
        expect(await npm(['run', script], folder).catch(said)).not.toBeTypeOf('string');
      });
    }

    it('starts with its own .env, but for the stores, and serves', async () => {
      const { REDIS_URL, DATABASE_URL, SESSION_NAMESPACE } = backend.env;
      const stores = { REDIS_URL, DATABASE_URL, SESSION_NAMESPACE };
      const set = Object.entries(stores).filter((entry): entry is [string, string] => !!entry[1]);
      const server = await startServer(folder, Object.fromEntries(set));
      try {
        expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
      } finally {
        expect(await server.stop()).toBe(0);
      }
    });

    const target = targetOf(example, () => made);
    contract(target);

    describe('attacks', () => {
      let stages: ExampleStages;
      beforeAll(async () => {
        stages = await ExampleStages.open(target);
      });
      afterAll(() => stages?.close());

      for (const attack of playedOn(example.name)) {
        it(`${attack.id}: ${attack.words.lost[1]}`, async () => {
          const { won, evidence, control } = await playOnExample(attack, stages);
          expect(control, control.evidence).toMatchObject({ passed: true });
          expect(won, evidence).toBe(false);
        });
      }
    });

    it(
      'its own tests are green',
      async () => {
        expect(await ownTests).not.toBeTypeOf('string');
      },
      5 * MINUTES,
    );
  });
}

/** What a command has printed that failed. */
const said = ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr;

afterAll(closeTargets);
