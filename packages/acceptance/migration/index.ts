// What `npm run lab:migrate` is made of.
export { emailOf, passwordOf } from '../chaos/accounts.ts';
export { check } from '../chaos/checker.ts';
export { random } from '../chaos/random.ts';
export { lookAtAll, RecordedStage } from '../chaos/stage.ts';
export { User } from '../chaos/user.ts';
export { openFleet, openList } from '../rolling/fleet.ts';
export { runMove } from './run-move.ts';
export { BACK, FIRST, HOT_SECONDS, type Step, THERE } from './steps.ts';
export { openBothStores } from './stores.ts';
