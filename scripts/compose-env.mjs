// `npm run compose:env`: gives each `${NAME:?…}` of docker-compose.yml a value that nobody else
// has, in a .env beside it. One that is there is never touched: new secrets would log everybody out, and
// Postgres keeps the passwords that it was made with.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

const HASH = '_SHA256';
const root = fileURLToPath(new URL('..', import.meta.url));
const file = process.argv[2] ?? `${root}.env`;

const compose = readFileSync(`${root}docker-compose.yml`, 'utf8');
const names = [...new Set([...compose.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name))];
const secrets = names.filter((name) => !name.endsWith(HASH));

const values = new Map(secrets.map((name) => [name, randomBytes(48).toString('base64url')]));
for (const name of names.filter((name) => name.endsWith(HASH))) {
  const secret = values.get(name.slice(0, -HASH.length));
  values.set(name, createHash('sha256').update(secret).digest('hex'));
}

const lines = [
  '# Written by `npm run compose:env`, for `docker compose` on this machine only: not in git.',
  ...[...values].map(([name, value]) => `${name}=${value}`),
];

try {
  // wx: between looking whether it exists and writing it, another one could have been written.
  writeFileSync(file, `${lines.join('\n')}\n`, { flag: 'wx', mode: 0o600 });
  console.log(`Wrote ${file} with fresh secrets. Next: docker compose up --build`);
} catch (error) {
  if (error.code !== 'EEXIST') throw error;
  const there = parseEnv(readFileSync(file, 'utf8'));
  const missing = names.filter((name) => !there[name]);
  console.log(`${file} is there already and stays as it is.`);
  if (missing.length > 0) {
    console.error(`It lacks ${missing.join(', ')}: add a line for each, or remove the file first.`);
    process.exitCode = 78;
  }
}
