// `npm run outages`: writes docs/outages.md, docs/standby.md and docs/failover.md out of what the
// last `npm run test:all` has seen.
import { writeDocument } from './documents.ts';
import { FAILOVER_FILE, failoverDocument, readRedisFailovers } from './failover.ts';
import { OUTAGES_FILE, outagesDocument, readSeen } from './outages.ts';
import { readFailovers, STANDBY_FILE, standbyDocument } from './standby.ts';

const [seen, failovers, ofRedis] = [readSeen(), readFailovers(), readRedisFailovers()];
const written = [
  seen && ([OUTAGES_FILE, outagesDocument(seen)] as const),
  failovers && ([STANDBY_FILE, standbyDocument(failovers)] as const),
  ofRedis && ([FAILOVER_FILE, failoverDocument(ofRedis)] as const),
].filter((each) => each !== undefined);

for (const [file, document] of written) {
  writeDocument(file, document);
  console.log(`Wrote ${file}.`);
}
if (written.length < 3) {
  console.error(
    'There is no run that has seen all of it to write from: run npm run test:all first.',
  );
  process.exitCode = 69;
}
