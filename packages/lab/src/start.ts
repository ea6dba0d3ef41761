// `npm start [name …]`: the stores and the examples on this machine, until Ctrl-C.
import { parseArgs } from 'node:util';
import { chooseExamples, examples } from './examples.ts';
import { labFolder } from './folders.ts';
import { Lab } from './lab.ts';
import { runCommand } from './run-command.ts';
import { stopOnSignals } from './signals.ts';

const usage = `Usage: npm start [name …]

Starts the examples of these names, or all of them, and the stores they need.
${examples.map(({ name, port }) => `  ${name.padEnd(10)} http://127.0.0.1:${port}`).join('\n')}

Settings of an example are in examples/<name>/.env and in the environment, which wins;
examples/<name>/.env.example lists them. PORT counts when one example is started.
SESSION_LAB_FOLDER       where logs and stores keep their files (.session-lab)
SESSION_LAB_NO_INSTALL=1 never install a system package such as Redis
REDIS_URL                a Redis that runs already, instead of one that is started here
`;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const chosen = chooseExamples(positionals);
  const lab = new Lab({
    folder: labFolder(process.env),
    env: process.env,
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
