import { redisAcl } from 'security-helpers/redis';
import { requirements } from '../../acceptance/src/report/requirements.ts';
import type { Example } from '../../lab/src/examples.ts';
import { read } from './repository.ts';

/** A section of the example's own README, without its heading. */
function section(example: Example, heading: string): string {
  const [, text] =
    new RegExp(`^## ${heading}\n([\\s\\S]+?)\n(?=## |$(?![\\s\\S]))`, 'm').exec(
      read('examples', example.name, 'README.md'),
    ) ?? [];
  if (!text) throw new Error(`examples/${example.name}/README.md has no section "${heading}"`);
  return text.trim();
}

/** Sentences that point at what is not there: other examples, documents, helpers that it lacks. */
const POINTERS = [
  / `redisAcl` of `security-helpers` says[^.]+\./,
  / `REDIS_WAIT_REPLICAS` and several Redis servers: see the redis example\./,
];

function withoutPointers(text: string): string {
  const flat = text.replace(/\n(?=\S)/g, ' ').replace(/\[([^\]]+)\]\(\.\.[^)]*\)/g, '$1');
  return POINTERS.reduce((rest, pointer) => rest.replace(pointer, ''), flat);
}

function start({ needs, port }: Example): string {
  const stores = needs.map((name) => (name === 'redis' ? 'Redis' : 'Postgres')).join(' and ');
  const lines = [
    'npm install',
    ...(needs.length > 0 ? ['docker compose up --detach --wait'] : []),
    ...(needs.includes('postgres') ? ['npm run migrate'] : []),
    'npm run dev',
  ];
  const otherwise =
    needs.length > 0
      ? `\n\n\`.env\` points at the ${stores} of \`compose.yaml\`, with passwords that nobody else has. Without\nDocker, start ${stores} yourself and write where ${needs.length > 1 ? 'they are' : 'it is'} into \`.env\`.`
      : '';
  return `\`\`\`sh
${lines.join('\n')}
\`\`\`

Then open <http://127.0.0.1:${port}>, and log in as \`ada@example.com\` with \`lovelace-1815\`.${otherwise}`;
}

function beforeProduction({ name, needs }: Example): string {
  const redis = needs.includes('redis');
  const postgres = needs.includes('postgres');
  const kinds = postgres ? (['hot'] as const) : (['session', 'user', 'throttle'] as const);
  return [
    '**Accounts.** `src/users.ts` has two demo users in a file, whose passwords everybody knows. Put\n  your own accounts in its place; keep `find`, `verify` and the equal time for unknown users.',
    '**Secret.** `SESSION_SECRET` comes from your secret store, not from the `.env` of your laptop. To\n  replace it without logging anybody out: `old,new` on all instances, then `new,old`, then `new`.',
    '**Address.** `NODE_ENV=production` and `PUBLIC_ORIGIN=https://…`: without it the server does not\n  start. TLS ends at your proxy; everything else gets a redirect, and never a cookie.',
    '**Proxies.** `TRUST_PROXY_HOPS` is exactly their number. With more, clients say for themselves who\n  they are; with fewer, all of them share one limit for failed logins.',
    ...(name === 'memory'
      ? [
          '**Memory.** A restart logs everybody out, and a second instance knows nobody. The server starts\n  in production only with `ALLOW_MEMORY_STORE=1`: somebody has to have decided that.',
        ]
      : []),
    ...(redis
      ? [
          `**The account at Redis** may do what sessions need, and no more; \`default\` is off:\n  \`\`\`\n  ACL SETUSER app on >password ${redisAcl(name, kinds)}\n  \`\`\``,
          '**The line to Redis** is encrypted: `rediss://`, or `ALLOW_PLAIN_STORE=1` where its network is\n  private.',
        ]
      : []),
    ...(redis && !postgres
      ? [
          '**A crash of Redis** logs everybody out unless it writes to disk: `appendonly yes`. Its memory\n  needs a limit and `maxmemory-policy noeviction`: an evicted record is a logout.',
        ]
      : []),
    ...(postgres
      ? [
          '**The account at Postgres** is not the owner of the tables: `npm run migrate` runs with\n  `MIGRATION_DATABASE_URL` at each deployment, before the new servers start.',
          '**The line to Postgres** is encrypted: `sslmode=verify-full` in `DATABASE_URL`.',
          postgres && redis
            ? '**After a restore** of Postgres, sessions that have ended since the backup are in it again: stop\n  the servers, `npm run end-sessions`, start them.'
            : `**After a restore** of Postgres, sessions that have ended since the backup are in it again: stop\n  the servers, \`DELETE FROM ${name}.session\`, start them.`,
        ]
      : []),
    '**Times and limits.** Half an hour idle, twelve hours in all, ten sessions a user are a beginning:\n  `.env.example` has them all. Bank or forum, decide them for what you protect.',
    '**Probes.** `/healthz` says that the process lives, `/readyz` that its store answers: restart for\n  the one, take out of the balancer for the other. `ADMIN_PORT` has metrics, on loopback.',
    '**The log** on standard output has each step of a session as a line of JSON, without ids. Keep it\n  where the server cannot change it, and look at `login_failed` and `login_throttled`.',
    '**Pages of your own** that change something are no GET, and send the token: `x-csrf-token`, or the\n  field `_csrf`. HTML of your own needs its own Content-Security-Policy (`src/page.ts`).',
    '**Updates.** All versions are exact. Let a bot raise them, and let the tests decide.',
  ]
    .map((line) => `- [ ] ${line}`)
    .join('\n');
}

function held(example: Example): string {
  const rows = requirements
    .filter(({ promised, doesNotApply }) => promised && !doesNotApply[example.name])
    .map(({ number, text, sources }) => `| ${number} | ${text} | ${sources} |`);
  return ['| # | what holds | after |', '|---|---|---|', ...rows].join('\n');
}

function storesOfTests({ needs }: Example): string {
  if (needs.length === 0) return '';
  const own = { redis: 'the `redis-server` of your `PATH`', postgres: 'a Postgres from npm' };
  const settings = { redis: '`REDIS_URL`', postgres: '`DATABASE_URL`' };
  return `
The tests start stores of their own: ${needs.map((name) => own[name]).join(' and ')}. With
${needs.map((name) => settings[name]).join(' and ')} in the environment they use that, in a database
of their own, and skip what would kill or freeze it.
`;
}

export function readme(example: Example): string {
  const { needs } = example;
  const scripts = [
    ['npm run dev', 'starts the server, again after each change'],
    ['npm start', 'starts the server'],
    ...(needs.includes('postgres')
      ? [['npm run migrate', 'makes the tables, or brings them up to date']]
      : []),
    ...(needs.length > 1 ? [['npm run end-sessions', 'ends every session there is']] : []),
    ['npm run typecheck', 'checks the types'],
    ['npm run lint', 'checks style and mistakes; `npm run format` mends what can be mended'],
    ['npm test', 'runs the tests on real stores, which they kill and freeze'],
  ].map(([command, does]) => `| \`${command}\` | ${does} |`);
  return `# __APP_NAME__

${section(example, 'What you will see')}

## Start

${start(example)}

| command | does |
|---|---|
${scripts.join('\n')}
${storesOfTests(example)}
## Where things are

- \`src/app.ts\`: the order of the guards, every option of the session with its reason, the routes.
- \`src/store.ts\`: where sessions live, and what a restart or an outage does.
- \`src/account.ts\`: the list of one's sessions, ending them, the password.
- \`src/session-security/\`: what those stand on, one idea a file. It is yours: read it, change it.
- \`test/\`: the attacks as stories. Break a line of \`src/app.ts\` and see which one ends badly.
- \`Dockerfile\`: the server for production. See it run before you rely on it.

## Before production

${beforeProduction(example)}

## What it does not protect

${withoutPointers(section(example, 'What it does not protect'))}

## What it holds up to

The numbers are in the titles of the tests. Not each has a test in here, but each was tested on this
code where it comes from.

${held(example)}
`;
}
