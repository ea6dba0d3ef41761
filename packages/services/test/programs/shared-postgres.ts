// Uses the shared Postgres of the folder in its first argument. When its standard input closes it
// closes its handle, or just exits when the second argument is `exit`.
import { findOrStartPostgres } from '../../src/index.ts';

const [folder = '', manner = 'close'] = process.argv.slice(2);
const postgres = await findOrStartPostgres({ folder });
console.log(JSON.stringify({ url: postgres.url }));
process.stdin.resume().on('end', async () => {
  if (manner === 'close') await postgres.close();
  process.exit(0);
});
