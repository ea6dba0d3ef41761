import type { RequestListener } from 'node:http';
import type { ManualClock } from 'security-helpers';
import type { Answer } from '../browser.ts';
import type { Excerpt } from './excerpt.ts';
import type { Person } from './person.ts';
import type { Records } from './records.ts';
import type { WriteLine } from './slow-line.ts';

/** What came of an attack: whether the attacker has won, and the sentence that proves it. */
export interface Outcome {
  won: boolean;
  evidence: string;
}

/** Whether an honest user of the same server gets through, and what happened to them. */
export interface Passage {
  passed: boolean;
  evidence: string;
}

/** One request and its answer, as they are shown. */
export interface Exchange {
  who: string;
  request: string;
  status: number;
  setCookies: string[];
}

/** What an attacker has besides HTTP, or what befalls the server; only where a threat needs it. */
export interface Powers {
  /** All that the store holds, to read and to overwrite: a backup, an injection, a shared Redis. */
  records: Records;
  /** The `Cookie` header for an id, signed: the key was in the same backup. */
  signed: (id: string) => string;
  /** The server's time. */
  clock: ManualClock;
  /** The store goes on answering reads and refuses to change anything. */
  readOnly: { begin(): Promise<void>; end(): Promise<void> };
  /** A second way to the same sessions, over which a write can be held back. */
  slowLine: WriteLine;
  /** What an administrator does to accounts, outside of any session. */
  accounts: { setRoles(userId: string, roles: readonly string[]): void };
}
export type Power = keyof Powers;

/** A running server, seen from outside: what an attack is played against. */
export type Surface<Need extends Power = never> = {
  /** Where requests go. */
  url: string;
  /** What the address bar says: another one than `url` where a proxy is in between. */
  origin: string;
  /** Somebody with a browser of their own. @param at another server of the same application. */
  person(name: string, at?: string): Person;
} & Pick<Powers, Need>;

/** A server with one fault; and of the powers, those that the attack needs. */
export type Vulnerable<Need extends Power = never> = {
  listener: RequestListener;
  /** Ends the store, of one that has a real one. */
  close?(): Promise<unknown>;
} & Omit<Pick<Powers, Need>, 'clock'>;

/** How it is said who wins: in full, and in a table. */
export interface Words {
  won: readonly [verdict: string, cell: string];
  lost: readonly [verdict: string, cell: string];
  /** What the two cells mean. */
  legend: string;
}

const attackers: Words = {
  won: ['THE ATTACKER WINS', 'won'],
  lost: ['the attacker loses', 'lost'],
  legend: 'won, lost: by the attacker.',
};

/** How the server is reached. */
export type Setting =
  /** As on a developer's machine. */
  | 'development'
  /** At https://shop.example, behind one proxy that speaks TLS. */
  | 'proxied';

/** The variant without the fault, of an attack that no example has the routes for. */
export interface FixedServer<Need extends Power = never> {
  name: string;
  create(parts: { clock: ManualClock }): Vulnerable<Need> | Promise<Vulnerable<Need>>;
}

/** One attack: one script, played unchanged on the server with the fault and on those without. */
export interface Attack<Need extends Power = never> {
  /** What the attacker does. */
  id: string;
  /** The same as a sentence. */
  title: string;
  /** The numbers in report/requirements.ts that a defeat of the attack proves. */
  requirements: readonly number[];
  needs: readonly Need[];
  setting: Setting;
  vulnerable(parts: { clock: ManualClock }): Vulnerable<Need> | Promise<Vulnerable<Need>>;
  attack(surface: Surface<Need>): Promise<Outcome>;
  control(surface: Surface<Need>): Promise<Passage>;
  /** Where it is played on the other side: on the examples, or on a server of its own. */
  fixed: 'examples' | FixedServer<Need>;
  /** Examples on which it cannot be tried, and why. */
  doesNotApply: Readonly<Record<string, string>>;
  /** The lines that make the difference. */
  difference: { fault: Excerpt; fix: readonly Excerpt[] };
  words: Words;
}

/** Checks that the parts fit each other. From then on, `needs` alone says which powers it takes. */
export function defineAttack<Need extends Power = never>(
  attack: Omit<Attack<Need>, 'words'>,
  words = attackers,
): AnyAttack {
  return { ...attack, words } as unknown as AnyAttack;
}
export type AnyAttack = Attack<Power>;

/** An honest user gets through if each step was answered as it should be. */
export function passage(steps: readonly (readonly [step: string, ok: boolean])[]): Passage {
  const failed = steps.find(([, ok]) => !ok);
  if (failed) return { passed: false, evidence: `an honest user cannot ${failed[0]}` };
  return { passed: true, evidence: `an honest user can ${steps.map(([step]) => step).join(', ')}` };
}

/** Whether an answer shows the profile of somebody. */
export const isProfileOf = (answer: Answer, { email }: { email: string }): boolean =>
  answer.status === 200 && answer.json.user?.email === email;
