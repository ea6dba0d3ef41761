import { Refused } from '../../src/exercise.ts';
import type { Stage } from '../../src/stage.ts';

export async function check(_stage: Stage): Promise<void> {
  throw new Refused('not-written', 'This check is not written yet.');
}
