// `npm run lab:failover`: a replica takes the place of its primary. What do users see, and what has
// it missed?
import { bothHosts, replay } from '@session-lab/acceptance';
import {
  appRole,
  leaveBehind,
  openLine,
  startPostgres,
  startRedis,
  startRedisSentinel,
  startStandby,
} from '@session-lab/services';
import { runCommand } from '../run-command.ts';
import { closing, type Open, openShops, perform, type Shop, say, untilReady } from './stage.ts';
import { line, moral, scene } from './timeline.ts';

/** A store with replicas, and examples on it. */
interface Act {
  shops: readonly Shop[];
  primary: { kill(): Promise<void> };
  /** What happens to the replicas, in words: they miss what comes then. */
  silence: string;
  /** @returns what lets one of them take the place of the primary. */
  leaveBehind(): Promise<() => Promise<void>>;
  /** That, in words. */
  takeOver: string;
}

async function play({ shops, primary, silence, leaveBehind, takeOver }: Act): Promise<void> {
  scene('Ada logs in, on her phone and on her laptop.');
  await untilReady(shops);
  const adas = await Promise.all(shops.map(logIn));
  await see(adas, async ({ phone, laptop }) => {
    return `phone: Ada ${await profile(phone)}; laptop: Ada ${await profile(laptop)}`;
  });

  scene(`${silence} Ada logs out on her laptop.`);
  const promote = await leaveBehind();
  const logOut = async ({ laptop }: Ada) => `logout ${await say(() => laptop.post('/logout'))}`;
  const answers = await see(adas, logOut);

  scene('kill -9 for the primary. She goes on with her phone.');
  await primary.kill();
  const killed = performance.now();
  const look = async ({ shop, phone }: Ada) => {
    const login = await say(() => shop.stranger().logIn());
    return `phone: Ada ${await profile(phone)}; who logs in ${login}`;
  };
  await see(adas, look);

  scene(takeOver);
  await promote();
  await see(adas, async (ada) => {
    await untilReady([ada.shop]);
    const seconds = ((performance.now() - killed) / 1000).toFixed(1);
    return `${await look(ada)}, ${seconds} s after the kill`;
  });

  const again = adas.filter((_, index) => answers[index]?.includes('try again'));
  if (again.length > 0) {
    scene('Ada was not told that she is logged out on her laptop, and does it again.');
    await see(again, logOut);
  }

  scene('Somebody has kept the cookie of the laptop, from before the logout, and sends it.');
  await see(adas, async ({ shop, cookie }) => {
    const thief = await say(() => replay(shop.url, cookie));
    return thief === 'is served'
      ? 'the thief is served: the logout is undone'
      : `the thief ${thief}`;
  });
}

type Ada = Awaited<ReturnType<typeof logIn>>;

async function logIn(shop: Shop) {
  const [phone, laptop] = [shop.user, shop.stranger()];
  for (const { status } of await Promise.all([phone.logIn(), laptop.logIn()])) {
    if (status !== 200) throw new Error(`Ada could not log in on ${shop.name}: ${status}.`);
  }
  return { shop, phone, laptop, cookie: await laptop.cookieHeader() };
}

const profile = (browser: Shop['user']) => say(() => browser.get('/profile'));

/** All look at once, and tell in turn. */
async function see(adas: Ada[], look: (ada: Ada) => Promise<string>): Promise<string[]> {
  const seen = await Promise.all(adas.map(look));
  for (const [index, { shop }] of adas.entries()) line(shop.name, seen[index] ?? '');
  return seen;
}

/** One machine plays all of them: that takes its time, and should look like no outage. */
const BUDGET = { STORE_DEADLINE_MS: '3000' };

async function onSentinels(open: Open): Promise<Act> {
  scene('REDIS with two replicas and three Sentinels is started, with redis, hybrid and koa …');
  const [redis, postgres] = await Promise.all([open(startRedisSentinel()), open(startPostgres())]);
  const env = { ...BUDGET, ...redis.env, DATABASE_URL: await appRole(postgres.url) };
  const shops = await openShops(open, ['redis', 'hybrid', 'koa'], env, postgres.url);
  const primary = await redis.primary();
  return {
    shops,
    primary,
    silence: 'The replicas hang (SIGSTOP) and hear of nothing.',
    leaveBehind: () => leaveBehind(primary, redis.servers),
    takeOver: 'The replicas go on, without what they have missed. The Sentinels promote one.',
  };
}

async function onStandby(
  open: Open,
  words: string,
  settings: Readonly<Record<string, string>>,
): Promise<Act> {
  scene(`POSTGRES with ${words} is started, with postgres and hybrid …`);
  const [primary, redis] = await Promise.all([
    open(startPostgres({ settings })),
    open(startRedis()),
  ]);
  const replication = await open(openLine(primary.url));
  const standby = await open(startStandby(primary, { by: replication.url }));
  const DATABASE_URL = bothHosts(await appRole(primary.url), standby.url);
  const env = { ...BUDGET, REDIS_URL: redis.url, DATABASE_URL };
  return {
    shops: await openShops(open, ['postgres', 'hybrid'], env, primary.url),
    primary,
    silence: 'The line to the standby is silent, and it hears of nothing.',
    async leaveBehind() {
      await standby.untilCaughtUp();
      replication.hold();
      return standby.promote;
    },
    takeOver: 'Somebody promotes the standby.',
  };
}

async function tell(): Promise<void> {
  await closing(async (open) => play(await onSentinels(open)));
  const asynchronous = 'an asynchronous standby (no commit waits for it)';
  await closing(async (open) => play(await onStandby(open, asynchronous, {})));
  const synchronous = 'a synchronous standby (each commit waits for it)';
  const settings = { synchronous_standby_names: '*', synchronous_commit: 'on' };
  await closing(async (open) => play(await onStandby(open, synchronous, settings)));

  moral(
    'After some seconds of 503 a replica serves whoever is logged in. What it had not heard of is lost,\n' +
      'and a logout that was confirmed is undone. Not on hybrid, when Redis fails over: Postgres decides.\n' +
      'Not with a synchronous standby: what it has not heard of is not confirmed.\n' +
      'How much, how long, and a Redis Cluster: docs/failover.md; what waiting costs: docs/standby.md.',
  );
}

const about = `npm run lab:failover: kills a Redis and a Postgres that have replicas; shows what users see, and what is lost.
Takes about forty seconds, needs no port of yours and leaves nothing running.`;

await runCommand((args) => perform(about, args, tell));
