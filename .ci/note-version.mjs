// Preloaded into every Node process of a test run: leaves the version that it really runs on.
import { appendFileSync } from 'node:fs';

const file = process.env.SESSION_LAB_VERSIONS;
if (file) appendFileSync(file, `${process.version}\n`);
