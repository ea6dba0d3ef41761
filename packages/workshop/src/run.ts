// `npm run workshop`
import { runCommand } from '@session-lab/lab/src/run-command.ts';
import { stopOnSignals } from '@session-lab/lab/src/signals.ts';
import { sessionLab } from './course.ts';
import { main } from './main.ts';

// Shops and stores of a process go with it, as long as it exits by itself.
const stopListening = stopOnSignals({ stop: async () => process.exit(130), kill: () => undefined });
await runCommand((args) =>
  main(args, {
    course: sessionLab,
    env: process.env,
    input: process.stdin,
    output: process.stdout,
  }),
);
stopListening();
