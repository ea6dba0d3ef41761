import { parseArgs } from 'node:util';
import { ensureRedisBinary } from '@session-lab/services';
import { ConfigError } from 'security-helpers';
import { runCommand } from '../../../lab/src/run-command.ts';
import { stopOnSignals } from '../../../lab/src/signals.ts';
import type { AnyAttack } from './attack.ts';
import { asExpected, type Report, Theatre, toJson } from './report.ts';
import { type Screen, showPlay, showTable } from './show.ts';

const INTERRUPTED = 130;

/** What is played by a command of its own. */
export interface Programme {
  /** `npm run` what. */
  command: string;
  /** What they are. */
  names: string;
  /** What the command does, as a paragraph. */
  about: string;
  all: readonly AnyAttack[];
}

const usage = ({ command, about, all }: Programme) => `Usage: npm run ${command} [id] [-- --json]

${about}

${all.map(({ id, title }) => `${id}\n    ${title}`).join('\n')}
`;

/** The command: shows one on a server with the fault and on the examples, or all as a table. */
export const playCommand = (programme: Programme): Promise<void> =>
  runCommand((args) => play(programme, args));

async function play(programme: Programme, args: string[]): Promise<number> {
  const { names, all } = programme;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(usage(programme));
    return 0;
  }
  const [id] = positionals;
  const chosen = id === undefined ? all : all.filter((attack) => attack.id === id);
  if (chosen.length === 0 || positionals.length > 1) {
    const known = all.map((attack) => attack.id).join(', ');
    throw new ConfigError(`Name one of these ${names}, or none for all of them: ${known}`);
  }

  await ensureRedisBinary({ announce: (line) => console.error(line) });
  const reports = await playAll(chosen, values.json ? undefined : process.stderr);
  if (reports.length < chosen.length) return INTERRUPTED;
  const screen: Screen = {
    width: Math.min(process.stdout.columns ?? 100, 160),
    isColoured: process.stdout.isTTY === true && !process.env['NO_COLOR'],
  };
  const [only] = reports;
  if (values.json) console.log(JSON.stringify(reports.map(toJson), null, 2));
  else if (id !== undefined && only) console.log(showPlay(only, screen));
  else console.log(showTable(reports, screen));
  return reports.every(asExpected) ? 0 : 1;
}

/**
 * @param progress where somebody who waits sees how far it is; a terminal, or nothing is shown.
 * @returns fewer than were chosen when somebody has stopped it.
 */
async function playAll(
  chosen: readonly AnyAttack[],
  progress: NodeJS.WriteStream | undefined,
): Promise<Report[]> {
  const theatre = new Theatre();
  const reports: Report[] = [];
  let isStopped = false;
  const stopListening = stopOnSignals({
    stop: async () => {
      isStopped = true; // what is being played ends first
    },
    kill: () => undefined, // the next start of a store removes what is left
  });
  const show = (text: string) => {
    if (progress?.isTTY) progress.write(`\r\x1b[K${text}`);
  };
  try {
    for (const [index, attack] of chosen.entries()) {
      if (isStopped) break;
      show(`${index + 1} of ${chosen.length}: ${attack.id} …`);
      reports.push(await theatre.play(attack));
    }
  } finally {
    show('');
    await theatre.close();
    stopListening();
  }
  return reports;
}
