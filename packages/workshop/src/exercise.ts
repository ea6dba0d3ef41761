import type { Stage } from './stage.ts';

/** One exercise. Its texts and files are in its folder, `exercises/<id>/`. */
export interface Exercise {
  /** Number and name, as its folder is called: `03-a-new-id-at-login`. */
  id: string;
  title: string;
  /** What the learner mends: the files of `starter/`, one or two. */
  files: readonly string[];
  /** Stores that the check starts. */
  needs: readonly ('redis' | 'postgres')[];
  /** Why the starter is refused: a reason of the check. None where it passes already. */
  starterIs?: string;
  /** The half-fixes in `wrong/`, each named by the reason for which it is refused. */
  wrong: readonly string[];
  /** One more with each failure, from a nudge to nearly the answer; Markdown. */
  hints: readonly string[];
  /** Plays the attack on the learner's shop, and an honest user; returns when both are as wanted. */
  check(stage: Stage): Promise<void>;
}

/** The check did not pass, for this reason. */
export class Refused extends Error {
  /** `wrong/<reason>/why.md` explains it, where the reason is a usual one. */
  readonly reason: string;
  constructor(reason: string, evidence: string) {
    super(evidence);
    this.reason = reason;
  }
}

/**
 * Ends a check unless all is well.
 *
 * @param evidence what was seen, in one sentence that names the request and its answer.
 */
export function expect(isWell: boolean, reason: string, evidence: string): asserts isWell {
  if (!isWell) throw new Refused(reason, evidence);
}
