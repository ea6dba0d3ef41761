// `npm run outages`: writes docs/outages.md out of what the last `npm run test:all` has seen.
import { OUTAGES_FILE, outagesDocument, readSeen, writeOutagesFile } from './outages.ts';

const seen = readSeen();
if (seen) {
  writeOutagesFile(outagesDocument(seen));
  console.log(`Wrote ${OUTAGES_FILE}.`);
} else {
  console.error(
    'There is no run that has seen all outages to write it from: run npm run test:all first.',
  );
  process.exitCode = 69;
}
