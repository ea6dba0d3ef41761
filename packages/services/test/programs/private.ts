// Owns a throw-away Redis until it is killed, or until its standard input closes: then it exits
// without closing anything.
import { startRedis } from '../../src/index.ts';

const redis = await startRedis();
console.log(JSON.stringify({ url: redis.url }));
process.stdin.on('end', () => process.exit(0)).resume();
