// `npm run lab:migrate`: sessions move from Postgres to Redis and back, while everybody is at home.
import { setTimeout as wait } from 'node:timers/promises';
import { Browser, replay } from '@session-lab/acceptance';
import {
  BACK,
  check,
  emailOf,
  FIRST,
  HOT_SECONDS,
  lookAtAll,
  openBothStores,
  openFleet,
  openList,
  passwordOf,
  RecordedStage,
  random,
  runMove,
  type Step,
  THERE,
  User,
} from '@session-lab/acceptance/migration';
import { runCommand } from '../run-command.ts';
import { type Open, perform, say } from './stage.ts';
import { line, moral, scene } from './timeline.ts';

const INSTANCES = 2;
/** Without the administrator, who is number 0 and ends other people's sessions. */
const OTHERS = [1, 2, 3, 4, 5];
const ADA = 6;
const ASLEEP = 30;

async function tell(open: Open): Promise<void> {
  scene('A Postgres, a Redis and two instances of the postgres example are started …');
  const stores = await open(openBothStores());
  const envOf = (step: Step) => ({ ...stores.env, ...step.env });
  const release = (step: Step) => ({ ...step, env: envOf(step) });
  const fleet = await open(
    openFleet(INSTANCES, release(FIRST), { door: openList, sideBySideMs: 200 }),
  );
  const stage = new RecordedStage({ instances: fleet.instances, paceMs: 150, patienceMs: 30_000 });
  const anywhere = () => fleet.instances[stage.events.length % fleet.instances.length]?.url ?? '';

  scene('Ada logs in on many devices, and logs out on one. Five others come and go all the time.');
  const [left, hers, ...asleep] = await Promise.all(
    Array.from({ length: 2 + ASLEEP }, () => logIn(anywhere())),
  );
  const [stolen, cookie] = [await left?.cookieHeader(), await hers?.cookieHeader()];
  await left?.post('/logout');
  const users = OTHERS.map((number) => new User(number, random(1, number), stage));
  const playing = Promise.all(users.map((user) => user.play()));
  const traffic = {
    async close() {
      stage.isOver = true;
      await playing;
    },
  };
  await open(Promise.resolve(traffic));
  await wait(1000);

  const look = async () => {
    const { postgres, redis, copies } = await stores.count();
    const copied = copies > 0 ? `, copies of ${copies} of them` : '';
    line('sessions', `${postgres} in Postgres, ${redis} in Redis${copied}`);
    const ada = await say(() => replay(anywhere(), cookie ?? ''));
    const thief = await say(() => replay(anywhere(), stolen ?? ''));
    line('Ada', `${ada}; who has kept the cookie of her logout ${thief}`);
    line('others', describe(stage));
  };
  await look();
  const take = async (steps: readonly Step[], first: number) => {
    for (const [index, step] of steps.entries()) {
      scene(`Step ${first + index}: ${step.name}. One instance is replaced, then the other.`);
      await fleet.deploy(release(step));
      if (step.moves) line('move', await runMove(envOf(step)));
      await look();
      if (step.env['HYBRID_HOT_SECONDS']) await wait(HOT_SECONDS * 1000);
    }
  };
  await take(THERE, 1);
  scene('All sessions are in Redis. And back again.');
  await take(BACK, 1 + THERE.length);

  await traffic.close();
  scene('Every session that there ever was is looked at once more.');
  await lookAtAll(users);
  const woken = await Promise.all(asleep.map((browser) => browser.get('/profile')));
  await look();
  const served = woken.filter(({ status }) => status === 200).length;
  line(
    'asleep',
    `${served} of Ada's ${ASLEEP} other devices are served: they have slept all the time`,
  );
  moral(
    'No step relies on something that the release before it does not understand: that is why there\n' +
      'are so many. A session is in both stores for a moment, and a note says which of the two decides.\n' +
      'docs/migration.md is the runbook: the settings, what to check at each step, how to turn back.',
  );
}

async function logIn(url: string): Promise<Browser> {
  const browser = new Browser(url);
  const ada = { email: emailOf(ADA), password: passwordOf(ADA) };
  const { status } = await browser.post('/login', ada);
  if (status !== 200) throw new Error(`Ada's login was answered ${status}`);
  return browser;
}

function describe({ events }: RecordedStage): string {
  const requests = events.filter((event) => event.kind === 'request');
  const failed = requests.filter(({ ok }) => !ok).length;
  const logins = events.filter(({ kind }) => kind === 'login').length;
  const logouts = events.filter((event) => event.kind === 'end' && event.confirmed).length;
  const { lostLogins, resurrectedLogouts } = check(events, [], HOT_SECONDS * 1000);
  return (
    `${requests.length} requests, ${failed} failed; ${logins} logins, ${lostLogins.length} lost; ` +
    `${logouts} logouts, ${resurrectedLogouts.length} undone`
  );
}

const about = `npm run lab:migrate: moves sessions from Postgres to the hybrid to Redis and back, by rolling deploys, under traffic.
Takes about forty seconds, needs no port of yours and leaves nothing running.`;

await runCommand((args) => perform(about, args, tell));
