// Each example made outside of the repository, as a user gets it: installed, checked, its own tests
// run, started; then the contract of the examples and the attacks on what was made.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
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
import { serveImage } from './image.ts';
import { linkPackages } from './link-packages.ts';
import { Workplace } from './workplace.ts';

/** For what waits for npm, or for the tests of a starter, on a busy machine. */
const LIMIT = 900_000;
/** The one attack that needs the real cost of a password. */
const TAKES_TIMES = 'probe-for-accounts';
// The generator is a line of a file that is the same here and in the example, where #1 draws ten
// times as many. That a starter uses it shows in as few.
const IDS = 200;

/** Has all packages of each Express example, and the tests that take the longest. */
const LARGEST = 'hybrid';
const EXPRESS = ['memory', 'redis', 'postgres', LARGEST];
const inOrder = [...targets].sort((a, b) => +(b.name === LARGEST) - +(a.name === LARGEST));
/** `STARTERS=memory,koa npm run test:starters -w create-session-app`, while one works on them. */
const only = process.env['STARTERS']?.split(',');
const isChosen = ({ name }: Target) => only?.includes(name) ?? true;

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

const place = new Workplace();
const folderOf = (name: string) => join(place.folder, `my-${name}`);

/** What goes on in the background. A test asks for it, and fails with what it has printed. */
const installed = new Map<string, Promise<void>>();
const tested = new Map<string, Promise<void>>();

function inBackground(what: string, doing: Promise<void>): Promise<void> {
  const began = performance.now();
  const seconds = () => ((performance.now() - began) / 1000).toFixed(1);
  doing.then(
    () => console.log(`${what}: ${seconds()} s`),
    () => console.log(`${what}: failed after ${seconds()} s`),
  );
  return doing;
}

async function makeAndInstall(name: string): Promise<void> {
  const folder = folderOf(name);
  const create = join(root, 'packages/create-session-app/render/create.ts');
  const args = ['--import', 'tsx', create, name, folder];
  const largest = name !== LARGEST && EXPRESS.includes(name) && installed.get(LARGEST);
  if (!largest) return place.node(args, root);
  // As by who says --no-install. npm begins with the packages of the largest, takes away what this
  // one does not name and would fetch what is missing: the same tree, in a fifth of the time.
  await place.node([...args, '--no-install'], root);
  await largest;
  copyFileSync(join(folderOf(LARGEST), 'package-lock.json'), join(folder, 'package-lock.json'));
  linkPackages(join(folderOf(LARGEST), 'node_modules'), join(folder, 'node_modules'));
  await place.npm(['install'], folder);
}

/** The starter's own tests, once, for whoever comes first. */
function ownTests(name: string): Promise<void> {
  // A second try of those that kill processes, as in the example itself.
  const test = () => place.npm(['test', '--', '--retry=1'], folderOf(name));
  const running = tested.get(name) ?? inBackground(`own tests of ${name}`, test());
  tested.set(name, running);
  return running;
}

// npm and the starters' own tests are processes of their own: one at a time is at work beside the
// suites below, so that both processors are.
beforeAll(() => {
  const chosen = inOrder.filter(isChosen);
  let last: Promise<void> = Promise.resolve();
  for (const { name } of chosen) {
    const making = last.then(() => inBackground(`${name} installed`, makeAndInstall(name)));
    installed.set(name, making);
    last = making.catch(() => undefined);
  }
  for (const { name } of chosen) {
    last = last.then(() => ownTests(name)).catch(() => undefined);
  }
});
afterAll(async () => {
  await closeTargets();
  await place.close();
}, LIMIT);

for (const example of inOrder) {
  const { name } = example;
  describe.runIf(isChosen(example))(`the starter of ${name}`, () => {
    let made: Made;
    let backend: Backend;

    beforeAll(async () => {
      await installed.get(name);
      made = await load(folderOf(name));
      backend = await example.openBackend();
    }, LIMIT);
    afterAll(() => backend?.close());

    for (const script of ['typecheck', 'lint']) {
      it(`npm run ${script} is green`, () => place.npm(['run', script], folderOf(name)));
    }

    it('npm ci, of its workflow and its Dockerfile, takes its package-lock.json', () =>
      place.npm(['ci', '--dry-run'], folderOf(name)));

    it('starts with its own .env, but for the stores, and serves', async () => {
      const { REDIS_URL, DATABASE_URL, SESSION_NAMESPACE } = backend.env;
      const stores = { REDIS_URL, DATABASE_URL, SESSION_NAMESPACE };
      const set = Object.entries(stores).filter((entry): entry is [string, string] => !!entry[1]);
      const server = await startServer(folderOf(name), Object.fromEntries(set));
      try {
        expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
      } finally {
        expect(await server.stop()).toBe(0);
      }
    });

    contract(
      targetOf(example, () => made),
      { ids: IDS, folder: () => folderOf(name) },
    );

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

    // The Dockerfile is the same in all starters, and so is what compose.yaml has of a store.
    if (name === LARGEST) {
      it(
        'its image serves, on the stores of its compose.yaml, with its own .env',
        () => serveImage(folderOf(name), join(place.folder, 'image')),
        LIMIT,
      );
    }
  });
}

// Last, and those first that the background would come to last: nobody waits as long as there is
// something to do.
for (const example of [...inOrder].reverse()) {
  const { name } = example;
  describe.runIf(isChosen(example))(`the starter of ${name}`, () => {
    it('its own tests are green', () => ownTests(name), LIMIT);
  });
}
