import type { AnyAttack, Outcome, Passage } from './attack.ts';
import { whyNotOn } from './catalogue.ts';
import { type Played, playOnExample, playOnFixedServer, playOnVulnerable } from './play.ts';
import { ExampleStages } from './stage.ts';
import { closeTargets, targets } from './targets.ts';

/** One attack, on all servers that it applies to. */
export interface Report {
  attack: AnyAttack;
  vulnerable: Played;
  /** By the name of the example, or of the server that the attack brings. */
  fixed: Record<string, Played>;
  /** By the name of the example: why not. */
  doesNotApply: Record<string, string>;
}

export const exampleNames: readonly string[] = targets.map(({ name }) => name);

/** The stores and examples, started when the first attack needs them. */
export class Theatre {
  readonly #stages = new Map<string, Promise<ExampleStages>>();

  async play(attack: AnyAttack): Promise<Report> {
    const vulnerable = await playOnVulnerable(attack);
    const fixed: Report['fixed'] = {};
    const doesNotApply: Report['doesNotApply'] = {};
    if (attack.fixed !== 'examples') {
      fixed[attack.fixed.name] = await this.playOn(attack, attack.fixed.name);
    }
    for (const { name } of targets) {
      const why = whyNotOn(attack, name);
      if (why !== undefined) doesNotApply[name] = why;
      else fixed[name] = await this.playOn(attack, name);
    }
    return { attack, vulnerable, fixed, doesNotApply };
  }

  /** @param name of an example that it applies to, or of the server that the attack brings. */
  async playOn(attack: AnyAttack, name: string): Promise<Played> {
    if (attack.fixed !== 'examples') return playOnFixedServer(attack);
    const target = targets.find((each) => each.name === name);
    if (!target) throw new TypeError(`there is no example ${name}`);
    return playOnExample(attack, await this.#open(target));
  }

  /** Ends every server and every store. */
  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#stages.values());
    await Promise.all(
      opened.map((each) => (each.status === 'fulfilled' ? each.value.close() : undefined)),
    );
    await closeTargets();
  }

  #open(target: (typeof targets)[number]): Promise<ExampleStages> {
    const known = this.#stages.get(target.name) ?? ExampleStages.open(target);
    this.#stages.set(target.name, known);
    return known;
  }
}

/** What stopped an honest user somewhere; undefined where nothing did. */
export function failedControl({ vulnerable, fixed }: Report): Passage | undefined {
  const controls = [vulnerable, ...Object.values(fixed)].map(({ control }) => control);
  return controls.find(({ passed }) => !passed);
}

export const controlPassed = (report: Report): boolean => failedControl(report) === undefined;

/** Whether the attack did what it is here to show. */
export function asExpected(report: Report): boolean {
  const { vulnerable, fixed } = report;
  return vulnerable.won && Object.values(fixed).every(({ won }) => !won) && controlPassed(report);
}

/** For other programs. */
export function toJson(report: Report) {
  const { attack, vulnerable, fixed, doesNotApply } = report;
  const outcome = ({ won, evidence }: Outcome) => ({ won, evidence });
  return {
    id: attack.id,
    vulnerable: outcome(vulnerable),
    fixed: Object.fromEntries(Object.entries(fixed).map(([name, each]) => [name, outcome(each)])),
    control: { passed: controlPassed(report) },
    doesNotApply,
  };
}
