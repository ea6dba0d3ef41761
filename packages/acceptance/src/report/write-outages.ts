// `npm run outages`: writes docs/outages.md and docs/standby.md out of what the last
// `npm run test:all` has seen.
import { writeDocument } from './documents.ts';
import { OUTAGES_FILE, outagesDocument, readSeen } from './outages.ts';
import { readFailovers, STANDBY_FILE, standbyDocument } from './standby.ts';

const [seen, failovers] = [readSeen(), readFailovers()];
const written = [
  seen && ([OUTAGES_FILE, outagesDocument(seen)] as const),
  failovers && ([STANDBY_FILE, standbyDocument(failovers)] as const),
].filter((each) => each !== undefined);

for (const [file, document] of written) {
  writeDocument(file, document);
  console.log(`Wrote ${file}.`);
}
if (written.length < 2) {
  console.error(
    'There is no run that has seen all of it to write from: run npm run test:all first.',
  );
  process.exitCode = 69;
}
