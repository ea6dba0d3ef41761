// `npm run failover`: writes docs/failover.md out of what the last `npm run test:all` has seen.
import { FAILOVER_FILE, readFailovers, writeFailoverFile } from './failover.ts';

const seen = readFailovers();
if (seen) {
  writeFailoverFile(seen);
  console.log(`Wrote ${FAILOVER_FILE}.`);
} else {
  console.error(
    'There is no run that has seen all failovers to write it from: run npm run test:all first.',
  );
  process.exitCode = 69;
}
