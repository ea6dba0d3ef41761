// What another program needs to play attacks: the lab page does.
export { attacks } from '../../attacks/index.ts';
export type { AnyAttack, Exchange } from './attack.ts';
export { whyNotOn } from './catalogue.ts';
export { quote } from './excerpt.ts';
export { type Played, playOnVulnerable } from './play.ts';
export { Theatre } from './report.ts';
