// Owns a throw-away Postgres until it is killed, or until its standard input closes: then it
// exits without closing anything.
import { startPostgres } from '../../src/index.ts';

const postgres = await startPostgres();
console.log(JSON.stringify({ url: postgres.url }));
process.stdin.on('end', () => process.exit(0)).resume();
