// What was seen of an outage, in words for whoever decides where to keep sessions.

/** The status of each answer while the store was away. */
export interface Meanwhile {
  /** A page for somebody who was there just now. */
  here: number;
  /** A page for somebody who has logged in and not come back since. */
  back: number;
  /** A change by somebody who was there just now. */
  change: number;
  login: number;
  logout: number;
}

/** Whether somebody is logged in once all is well again. */
export interface Afterwards {
  /** Who logged in long before. */
  early: boolean;
  /** Who logged in at the last moment. */
  late: boolean;
  /** Who logged out at the last moment, by the cookie of that session. */
  left: boolean;
}

/** A start of the app without its store. */
export interface Boot {
  /** How often it said that it waits. */
  waited: number;
  /** Undefined: it went on, and serves. */
  exitCode: number | undefined;
}

/** What one example has shown of one outage. */
export interface Observation {
  example: string;
  outage: string;
  /** Nothing where there was nobody to answer. */
  meanwhile?: Meanwhile;
  afterwards?: Afterwards;
  boot?: Boot;
  /** The slowest answer meanwhile, each time. */
  slowestMs: readonly number[];
  /** From the moment at which the store answered again to the first change that was taken. */
  recoveryMs: readonly number[];
}

/** What an outage means for users, in a line. */
export function sayOutage({
  meanwhile,
  afterwards,
  boot,
}: Pick<Observation, 'meanwhile' | 'afterwards' | 'boot'>): string {
  if (boot) return sayBoot(boot);
  const first = meanwhile ? sayMeanwhile(meanwhile) : 'Nobody is answered.';
  const last = afterwards ? sayAfterwards(afterwards) : '';
  const isAsEver = meanwhile && Object.values(meanwhile).every(isServed) && last === ALL_IS_WELL;
  return isAsEver ? first : `${first} ${last}`;
}

const ALL_IS_WELL = 'Afterwards nobody is logged out.';
const isServed = (status: number) => status < 400;

const who = {
  here: ['who is here goes on', 'who is here'],
  back: ['who comes back is served', 'who comes back'],
  change: ['changes are kept', 'who changes something'],
  login: ['logins work', 'who logs in'],
  logout: ['logouts work', 'who logs out'],
} as const satisfies Record<keyof Meanwhile, readonly [served: string, refused: string]>;

function sayMeanwhile(meanwhile: Meanwhile): string {
  const all = Object.keys(who) as (keyof Meanwhile)[];
  const served = all.filter((each) => isServed(meanwhile[each]));
  const refused = all.filter((each) => !isServed(meanwhile[each]));
  const statuses = [...new Set(refused.map((each) => meanwhile[each]))].join(', ');
  if (refused.length === 0) return 'Nobody notices.';
  if (served.length === 0) return `Nobody’s session works, nobody gets in or out: ${statuses}.`;
  const missing = list(refused.map((each) => who[each][1]));
  if (refused.length === 1) return `Nobody notices but ${missing}: ${statuses}.`;
  const isOn = served.includes('here') && served.includes('back');
  const working = [
    ...(isOn ? ['who is logged in goes on'] : []),
    ...served
      .filter((each) => !isOn || (each !== 'here' && each !== 'back'))
      .map((each) => who[each][0]),
  ];
  return `${capital(list(working))}; ${statuses} for ${missing}.`;
}

function sayAfterwards({ early, late, left }: Afterwards): string {
  if (!early && !late) return 'Afterwards everybody is logged out.';
  const said = [
    ...(early && late ? ['nobody is logged out'] : []),
    ...(early && !late ? ['the latest logins are gone'] : []),
    ...(!early && late ? ['only the latest logins are there'] : []),
    ...(left ? ['the latest logouts are undone, so that those cookies work again'] : []),
  ];
  return `Afterwards ${list(said)}.`;
}

function sayBoot({ waited, exitCode }: Boot): string {
  const first = `It tries ${waited + 1} times and says so,`;
  if (exitCode === undefined) return `${first} then starts without it.`;
  return `${first} then ends with exit code ${exitCode}.`;
}

function list(parts: readonly string[]): string {
  const [last = '', ...others] = [...parts].reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} and ${last}`;
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

/** A range of times, coarse: what a second run would show as well. */
export function sayRange(times: readonly number[]): string {
  if (times.length === 0) return '–';
  const [shortest, longest] = [Math.min(...times), Math.max(...times)].map(coarse);
  return shortest === longest ? `${longest}` : `${shortest} to ${longest}`;
}

/** Up to a tenth of a second, then up to the next tenth, from ten seconds on to the next second. */
function coarse(ms: number): string {
  if (ms <= 100) return '0.1 s';
  return ms < 10_000 ? `${(Math.ceil(ms / 100) / 10).toFixed(1)} s` : `${Math.ceil(ms / 1000)} s`;
}
