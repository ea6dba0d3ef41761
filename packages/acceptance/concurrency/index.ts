// The lessons, in the order in which docs/concurrency.md tells them.
import type { AnyAttack } from '../src/attack/attack.ts';
import { doubleLogin } from './double-login.ts';
import { earlyRedirect } from './early-redirect.ts';
import { firstRequests } from './first-requests.ts';
import { lateSave } from './late-save.ts';
import { lostUpdate } from './lost-update.ts';

export const lessons: readonly AnyAttack[] = [
  lostUpdate,
  lateSave,
  firstRequests,
  doubleLogin,
  earlyRedirect,
];
