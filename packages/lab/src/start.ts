// `npm start [name …]`: the stores and the examples on this machine, until Ctrl-C.
import { parseArgs } from 'node:util';
import { ConfigError } from 'security-helpers';
import { chooseExamples, examples } from './examples.ts';
import { labFolder } from './folders.ts';
import { Lab } from './lab.ts';
import { runCommand } from './run-command.ts';
import { stopOnSignals } from './signals.ts';

const MOST_INSTANCES = 16;

const usage = `Usage: npm start [name …] [-- --instances N]

Starts the examples of these names, or all of them, and the stores they need. With --instances
that many processes of each share its port, and one that is killed is replaced. Without names, and
without --instances, it also opens the lab page, on which sessions are seen and their death arranged.
${examples.map(({ name, port }) => `  ${name.padEnd(10)} http://127.0.0.1:${port}`).join('\n')}

Settings of an example are in examples/<name>/.env and in the environment, which wins;
examples/<name>/.env.example lists them. PORT counts when one example is started.
SESSION_LAB_FOLDER       where logs and stores keep their files (.session-lab)
SESSION_LAB_PORT         where the lab page listens (3000)
SESSION_LAB_NO_INSTALL=1 never install a system package such as Redis
REDIS_URL                a Redis that runs already, instead of one that is started here; or
                         REDIS_SENTINELS with REDIS_SENTINEL_NAME, or REDIS_CLUSTER
DATABASE_URL             the same for Postgres
`;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      instances: { type: 'string', default: '1' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const chosen = chooseExamples(positionals);
  const instances = Number(values.instances);
  if (!Number.isInteger(instances) || instances < 1 || instances > MOST_INSTANCES) {
    throw new ConfigError(`--instances must be a whole number from 1 to ${MOST_INSTANCES}.`);
  }
  const lab = new Lab({
    folder: labFolder(process.env),
    env: process.env,
    instances,
    page: positionals.length === 0 && instances === 1,
    say: (line) => console.log(line),
    complain: (line) => console.error(line),
  });
  const stopListening = stopOnSignals(lab);
  try {
    return await lab.run(chosen);
  } finally {
    stopListening();
  }
}

await runCommand(main);
