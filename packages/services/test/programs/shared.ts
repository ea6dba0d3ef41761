// Uses the shared Redis of the folder in its first argument. When its standard input closes it
// closes its handle, or just exits when the second argument is `exit`.
import { findOrStartRedis } from '../../src/index.ts';

const [folder = '', manner = 'close'] = process.argv.slice(2);
const redis = await findOrStartRedis({ folder });
console.log(JSON.stringify({ url: redis.url }));
process.stdin.resume().on('end', async () => {
  if (manner === 'close') await redis.close();
  process.exit(0);
});
