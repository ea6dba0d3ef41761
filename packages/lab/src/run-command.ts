/**
 * Runs a command with the arguments of this process and sets the exit code. An error that somebody
 * can do something about is one sentence; only an unexpected one shows its stack.
 */
export async function runCommand(
  main: (args: string[]) => number | Promise<number>,
): Promise<void> {
  // A terminal that was closed, or a `| head` that has seen enough, takes no more output; what is
  // running must still be ended in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const { code, exitCode, message } = error as NodeJS.ErrnoException & { exitCode?: number };
    const isUsage = code?.startsWith('ERR_PARSE_ARGS') ?? false;
    console.error(isUsage || exitCode !== undefined ? message : error);
    process.exitCode = exitCode ?? (isUsage ? 78 : 1);
  }
}
