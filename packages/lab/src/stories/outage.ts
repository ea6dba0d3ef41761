// `npm run lab:outage`: what users see while a store is gone, and while it hangs.
import { runCommand } from '../run-command.ts';
import { play, type Shop, type Stage, say, untilReady } from './stage.ts';
import { line, moral, scene } from './timeline.ts';

async function tell({ shops, redis, postgres }: Stage): Promise<void> {
  const affected = shops.filter(({ name }) => name !== 'memory');
  const on = (...names: string[]) => affected.filter(({ name }) => names.includes(name));
  const look = async (some: readonly Shop[]) => {
    for (const shop of some) {
      const started = performance.now();
      const profile = await say(() => shop.user.get('/profile'));
      const took = Math.round(performance.now() - started);
      const login = await say(() => shop.stranger().logIn());
      const ready = (await shop.stranger().get('/readyz')).status;
      line(shop.name, `Ada ${profile}, ${took} ms; who logs in ${login}; /readyz ${ready}`);
    }
  };

  scene('Ada logs in where there is a store outside of the app. A load balancer asks for /readyz.');
  for (const { user } of affected) {
    await user.logIn();
    await user.get('/profile');
  }
  await look(affected);

  scene('kill -9 for Redis.');
  await redis.kill();
  await look(on('redis', 'hybrid', 'koa'));
  scene('Redis is started again. Nobody touches the apps.');
  await redis.restart();
  await untilReady(affected);
  await look(on('redis', 'hybrid', 'koa'));

  scene('Redis hangs (SIGSTOP): it takes connections and never answers.');
  await redis.freeze();
  await look(on('redis', 'hybrid', 'koa'));
  scene('Redis goes on.');
  await redis.thaw();
  await untilReady(affected);
  await look(on('redis', 'hybrid', 'koa'));

  scene('kill -9 for Postgres.');
  await postgres.kill();
  await look(on('postgres', 'hybrid'));
  scene('Postgres is started again.');
  await postgres.restart();
  await untilReady(affected);
  await look(on('postgres', 'hybrid'));

  moral(
    'Without its store an app says 503 within its budget (STORE_DEADLINE_MS), never "logged out" and\n' +
      'never "welcome", and serves again by itself. The hybrid goes on with the one that is left.\n' +
      'docs/outages.md has all of it: full disks, slow lines, half-open connections.',
  );
}

const about = `npm run lab:outage: takes Redis and Postgres away, by SIGKILL and by SIGSTOP, and shows what users see meanwhile.
Takes about fifteen seconds, needs no port of yours and leaves nothing running.`;

await runCommand((args) => play({ about, persistence: 'aof-always', tell }, args));
