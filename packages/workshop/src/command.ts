import { runCommand } from '@session-lab/lab/src/run-command.ts';
import { stopOnSignals } from '@session-lab/lab/src/signals.ts';
import type { Course } from './course.ts';
import { main } from './main.ts';

/** Runs the program on a course, with the arguments and the terminal of this process. */
export async function runWorkshop(course: Course, args?: string[]): Promise<void> {
  // Shops and stores of a process go with it, as long as it exits by itself.
  const stopListening = stopOnSignals({
    stop: async () => process.exit(130),
    kill: () => undefined,
  });
  const { env, stdin: input, stdout: output } = process;
  await runCommand((given) => main(args ?? given, { course, env, input, output }));
  stopListening();
}
