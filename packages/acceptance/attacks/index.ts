// All attacks, in the order in which they are told.
import type { AnyAttack } from '../src/attack/attack.ts';
import { plantCookie } from './plant-cookie/manifest.ts';

export const attacks: readonly AnyAttack[] = [plantCookie];
