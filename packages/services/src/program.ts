import { delimiter } from 'node:path';
import { findOnPath } from './commands.ts';
import { announcer, type LadderOptions, lastLine, mayInstall } from './images.ts';
import { carryOut, findInstaller } from './installer.ts';
import { UnavailableError } from './unavailable.ts';

/** Programs that some tests need besides the stores; each is called like its package. */
export type ProgramName = 'chromium' | 'haproxy' | 'pgbouncer';

/** Under which other names it may be there already. */
const ALIASES: Partial<Record<ProgramName, readonly string[]>> = {
  chromium: ['chromium-browser', 'google-chrome', 'google-chrome-stable'],
};

/**
 * Finds a program, or installs it where that asks no question.
 *
 * @returns its full path.
 * @throws UnavailableError when there is none, or installing is refused.
 */
export async function ensureProgram(
  name: ProgramName,
  options: LadderOptions = {},
): Promise<string> {
  const env = options.env ?? process.env;
  const found = find(name, env);
  if (found) return found;

  const service = `The package may also start a system service ${name}, which is not used here.`;
  const sideEffect = name === 'chromium' ? '' : service;
  const installer = await findInstaller({ apt: name, brew: name, sideEffect }, env);
  if (!installer || !mayInstall(options)) {
    throw new UnavailableError(`No ${name} was found on this machine: install it, and try again.`);
  }
  const line = `Installing ${name}: ${installer.line} (SESSION_LAB_NO_INSTALL=1 refuses this).`;
  announcer(options)(`${line} ${installer.sideEffect}`.trimEnd());
  const said = await carryOut(installer);
  const installed = find(name, env);
  if (installed) return installed;
  throw new UnavailableError(
    `\`${installer.line}\` did not bring ${name} (${lastLine(said)}): try it by hand.`,
  );
}

/** Servers are where only root looks for programs. */
function find(name: ProgramName, env: NodeJS.ProcessEnv): string | undefined {
  const PATH = [env['PATH'] ?? '', '/usr/sbin', '/usr/local/sbin'].join(delimiter);
  const names = [name, ...(ALIASES[name] ?? [])];
  return names.map((each) => findOnPath(each, { ...env, PATH })).find(Boolean);
}
