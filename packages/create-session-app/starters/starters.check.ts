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
import type { Account } from '../../../examples/memory/src/users.ts';
import { playedOn } from '../../acceptance/src/attack/catalogue.ts';
import { playOnExample } from '../../acceptance/src/attack/play.ts';
import { ExampleStages } from '../../acceptance/src/attack/stage.ts';
import { closeTargets, targets } from '../../acceptance/src/attack/targets.ts';
import { contract } from '../../acceptance/src/contract/index.ts';
import { type Backend, cheapAccounts, type Target } from '../../acceptance/src/target.ts';
import { root } from '../render/repository.ts';

const run = promisify(execFile);
/** For what waits for npm, or for the tests of a starter. */
const LIMIT = 600_000;
/** The one attack that needs the real cost of a password. */
const TAKES_TIMES = 'probe-for-accounts';

type Made = Pick<Target, 'start' | 'openStore' | 'createUsers'>;

/** The example's target, but what it starts is the code of the starter. */
function targetOf(example: Target, made: () => Made, cheap?: readonly Account[]): Target {
  return {
    ...example,
    start: (options) => made().start(options),
    openStore: (env, config, clock) => made().openStore(env, config, clock),
    createUsers: (accounts = cheap) => made().createUsers(accounts),
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

/** What a command has printed that failed. */
const said = (error: Partial<Record<'stdout' | 'stderr' | 'message', string>>) =>
  [error.stdout, error.stderr, error.message].join('\n');

function npm(args: readonly string[], cwd: string) {
  // A developer's own stores are not for tests that kill them.
  const { REDIS_URL: _, DATABASE_URL: __, ...rest } = process.env;
  // One cache for all: what the first has downloaded, the others take from there.
  const env: NodeJS.ProcessEnv = { ...rest, npm_config_prefer_offline: 'true' };
  const script = env['npm_execpath'];
  const options = { cwd, env, maxBuffer: 1 << 26 };
  return script?.endsWith('.js')
    ? run(process.execPath, [script, ...args], options)
    : run('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** What becomes of one starter. */
interface Making {
  /** Resolves with the folder, once it is installed. */
  installed: Promise<string>;
  /** What its own tests have printed, where they failed. */
  tested: Promise<unknown>;
}

const makings = new Map<string, Making>();
let place: string;

// One after the other, while the suites below are at work on those before: npm and the starters' own
// tests are processes of their own, and the machine has more than one processor.
beforeAll(() => {
  place = mkdtempSync(join(realpathSync(tmpdir()), 'create-session-app-'));
  chmodSync(place, 0o755); // under root, Postgres runs as another user, who has to get in here
  let last: Promise<unknown> = Promise.resolve();
  for (const { name } of targets) {
    const installed = last.then(async () => {
      const folder = join(place, `my-${name}`);
      await npm(['run', 'create', '--', name, folder], root);
      return folder;
    });
    const tested = installed.then((folder) => npm(['test'], folder)).catch(said);
    makings.set(name, { installed, tested });
    last = tested;
  }
});
afterAll(async () => {
  await Promise.all([...makings.values()].map(({ tested }) => tested));
  rmSync(place, { recursive: true, force: true });
  await closeTargets();
}, LIMIT);

for (const example of targets) {
  const { name } = example;
  describe(`the starter of ${name}`, () => {
    let folder: string;
    let made: Made;
    let backend: Backend;

    beforeAll(async () => {
      folder = (await makings.get(name)?.installed) ?? '';
      made = await load(folder);
      backend = await example.openBackend();
    }, LIMIT);
    afterAll(() => backend?.close());

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

    contract(targetOf(example, () => made));

    describe('attacks', () => {
      let [stages, quick]: ExampleStages[] = [];
      beforeAll(async () => {
        const accounts = await cheapAccounts();
        stages = await ExampleStages.open(targetOf(example, () => made));
        quick = await ExampleStages.open(targetOf(example, () => made, accounts));
      });
      afterAll(async () => {
        await stages?.close();
        await quick?.close();
      });

      for (const attack of playedOn(name)) {
        it(`${attack.id}: ${attack.words.lost[1]}`, async () => {
          const on = attack.id === TAKES_TIMES ? stages : quick;
          if (!on) throw new Error('not opened');
          const { won, evidence, control } = await playOnExample(attack, on);
          expect(control, control.evidence).toMatchObject({ passed: true });
          expect(won, evidence).toBe(false);
        });
      }
    });

    it('its own tests are green', { timeout: LIMIT }, async () => {
      expect(await makings.get(name)?.tested).not.toBeTypeOf('string');
    });
  });
}
