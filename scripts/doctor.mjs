// `npm run doctor`: what runs on this machine, and the one line that makes the rest run. It
// starts, installs and downloads nothing, and needs nothing but Node.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A new example is a line here; a new store is also a key in the answer of doctor-cli.ts. */
const examples = [
  { name: 'memory', port: 3001, stores: [] },
  { name: 'redis', port: 3002, stores: ['redis'] },
  { name: 'postgres', port: 3003, stores: ['postgres'] },
  { name: 'hybrid', port: 3004, stores: ['postgres', 'redis'] },
  { name: 'koa', port: 3005, stores: ['redis'] },
];

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (name, text) => console.log(`${name.padEnd(13)}${text}`);

const [major, minor] = process.versions.node.split('.').map(Number);
const nodeIsNew = major > 20 || (major === 20 && minor >= 19);
const depsAreThere = existsSync(`${root}node_modules/.session-lab-installed`);

say(
  'Node.js',
  nodeIsNew
    ? process.versions.node
    : `${process.versions.node} is too old: install 20.19 or newer from https://nodejs.org`,
);
say('dependencies', depsAreThere ? 'installed' : 'not installed yet: npm start installs them');

const stores = existsSync(`${root}node_modules/tsx`) ? askServices() : undefined;
let allRun = nodeIsNew;
for (const { name, port, stores: needed } of examples) {
  const { runs, text } = await verdict(name, port, needed);
  allRun &&= runs;
  say(name, text);
}
process.exitCode = allRun ? 0 : 1;

async function verdict(name, port, needed) {
  if (!nodeIsNew) return { runs: false, text: 'needs Node.js 20.19 or newer' };
  if (needed.length > 0 && !stores) {
    return { runs: false, text: `npm start ${name} (installs the dependencies, then looks again)` };
  }
  const answers = needed.map((store) => stores[store]);
  const missing = answers.find((answer) => answer.runs === false);
  if (missing) return { runs: false, text: `does not run yet: ${missing.fix}` };

  const install = answers.find((answer) => answer.runs === 'after-install');
  const how = answers.map((answer) => answer.how).join(', ') || `npm start ${name}`;
  const text = install
    ? `npm start ${name} (first runs ${install.how}; SESSION_LAB_NO_INSTALL=1 refuses)`
    : depsAreThere
      ? `runs now: ${how}`
      : `npm start ${name} (installs the dependencies first)`;
  const busy = (await isInUse(port))
    ? `; port ${port} is in use, perhaps by an npm start that already runs: end that first`
    : '';
  return { runs: true, text: text + busy };
}

/** The same search that `npm start` makes, so that the two cannot disagree. */
function askServices() {
  const cli = 'packages/services/src/doctor-cli.ts';
  const asked = spawnSync(process.execPath, ['--import', 'tsx', cli], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  try {
    return JSON.parse(asked.stdout);
  } catch {
    return undefined; // a half-installed node_modules: as good as none
  }
}

function isInUse(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const answer = (inUse) => {
      socket.destroy();
      resolve(inUse);
    };
    socket.setTimeout(1_000, () => answer(true));
    socket.on('connect', () => answer(true));
    socket.on('error', () => answer(false));
  });
}
