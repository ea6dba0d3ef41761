// `npm run lab:restart`: who is still logged in when the app, Redis or Postgres was killed.
import { runCommand } from '../run-command.ts';
import { play, type Shop, type Stage, say, untilReady } from './stage.ts';
import { line, moral, scene } from './timeline.ts';

async function tell({ shops, redis, postgres }: Stage): Promise<void> {
  const look = async () => {
    for (const { name, user } of shops) {
      const profile = await say(() => user.get('/profile'));
      const items = await user.get('/cart').then(({ json }) => json.items ?? []);
      line(name, `Ada ${profile}; in the cart: ${items.join(', ') || 'nothing'}`);
    }
  };
  const logIn = async (who: readonly Shop[]) => {
    for (const { user } of who) {
      await user.logIn();
      await user.post('/cart', { item: 'apple' });
    }
  };

  scene('Ada logs in on all five examples, and puts an apple into each cart.');
  await logIn(shops);
  await look();

  scene('kill -9 for all five apps, and start them again. Ada reloads.');
  await Promise.all(shops.map((shop) => shop.kill()));
  await Promise.all(shops.map((shop) => shop.start()));
  await look();

  scene(
    'Ada logs in again where she has to. kill -9 for Redis, which writes to no disk; start, reload.',
  );
  await logIn(shops.slice(0, 1));
  await redis.kill();
  await redis.restart();
  await untilReady(shops);
  await look();

  scene('She logs in again. From now on Redis writes to its disk (AOF). kill -9, start, reload.');
  await redis.restart({ persistence: 'aof-always' });
  await untilReady(shops);
  await logIn(shops.filter(({ name }) => name === 'redis' || name === 'koa'));
  await redis.kill();
  await redis.restart();
  await untilReady(shops);
  await look();

  scene('kill -9 for Postgres; it starts again and reads its log.');
  await postgres.kill();
  await postgres.restart();
  await untilReady(shops);
  await look();

  moral(
    'A session lives as long as the place it is kept in: in the process, in a Redis with or\n' +
      'without a disk, in a database. docs/outages.md has what users see meanwhile.',
  );
}

const about = `npm run lab:restart: kills the apps, Redis and Postgres, starts them again, and looks who is still logged in.
Takes about ten seconds, needs no port of yours and leaves nothing running.`;

await runCommand((args) => play({ about, persistence: 'none', tell }, args));
