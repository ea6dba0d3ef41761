/** A mistake that somebody can do something about. Its message is one sentence that says what. */
export class CreateError extends Error {
  override name = 'CreateError';
  readonly exitCode: number;
  /** @param exitCode of sysexits.h: 78 for what was asked for, 69 for what is not to be had. */
  constructor(message: string, exitCode = 78) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs a command with the arguments of this process, and sets its exit code. */
export async function runCommand(main: (args: string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const { code, exitCode, message } = error as NodeJS.ErrnoException & { exitCode?: number };
    const isUsage = code?.startsWith('ERR_PARSE_ARGS') ?? false;
    // Only an unexpected one shows its stack.
    console.error(isUsage || exitCode !== undefined ? message : error);
    process.exitCode = exitCode ?? (isUsage ? 78 : 1);
  }
}
