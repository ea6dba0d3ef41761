// `npm run security`: writes docs/security.md out of what the last `npm test` has shown.
import { readFileSync } from 'node:fs';
import type { Coverage } from './coverage.ts';
import { writeDocument } from './documents.ts';
import { locator } from './locate.ts';
import { SECURITY_FILE, securityDocument } from './security.ts';
import { reportFile } from './summary.ts';

try {
  const coverage = JSON.parse(readFileSync(reportFile('coverage'), 'utf8')) as Coverage;
  writeDocument(SECURITY_FILE, securityDocument(coverage, locator()));
  console.log(`Wrote ${SECURITY_FILE}.`);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  console.error('There is no report of a test run to write it from: run npm test first.');
  process.exitCode = 69;
}
