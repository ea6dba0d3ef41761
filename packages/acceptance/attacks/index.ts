// All attacks, in the order in which they are told.
import type { AnyAttack } from '../src/attack/attack.ts';
import { alterSignedCookie } from './alter-signed-cookie/manifest.ts';
import { chooseSessionKey } from './choose-session-key/manifest.ts';
import { floodStore } from './flood-store/manifest.ts';
import { forgeLogin } from './forge-login/manifest.ts';
import { forgeRequest } from './forge-request/manifest.ts';
import { goBackAfterLogout } from './go-back-after-logout/manifest.ts';
import { guessPasswords } from './guess-passwords/manifest.ts';
import { guessSecret } from './guess-secret/manifest.ts';
import { keepLostRole } from './keep-lost-role/manifest.ts';
import { keepSessionBusy } from './keep-session-busy/manifest.ts';
import { outliveFailedLogout } from './outlive-failed-logout/manifest.ts';
import { plantCookie } from './plant-cookie/manifest.ts';
import { plantCookieInKoa } from './plant-cookie-in-koa/manifest.ts';
import { pollutePrototype } from './pollute-prototype/manifest.ts';
import { probeForAccounts } from './probe-for-accounts/manifest.ts';
import { replayAfterLogout } from './replay-after-logout/manifest.ts';
import { replayCookieSession } from './replay-cookie-session/manifest.ts';
import { replayStolenDump } from './replay-stolen-dump/manifest.ts';
import { reviveEndedSession } from './revive-ended-session/manifest.ts';
import { sendTwoCookies } from './send-two-cookies/manifest.ts';
import { skipSecondStep } from './skip-second-step/manifest.ts';
import { spoofForwardedHeaders } from './spoof-forwarded-headers/manifest.ts';
import { stayAfterPasswordChange } from './stay-after-password-change/manifest.ts';
import { swapRecords } from './swap-records/manifest.ts';
import { tossCookie } from './toss-cookie/manifest.ts';

export const attacks: readonly AnyAttack[] = [
  plantCookie,
  plantCookieInKoa,
  replayAfterLogout,
  outliveFailedLogout,
  reviveEndedSession,
  replayStolenDump,
  swapRecords,
  alterSignedCookie,
  guessSecret,
  forgeRequest,
  forgeLogin,
  tossCookie,
  sendTwoCookies,
  spoofForwardedHeaders,
  keepSessionBusy,
  keepLostRole,
  stayAfterPasswordChange,
  probeForAccounts,
  guessPasswords,
  skipSecondStep,
  pollutePrototype,
  chooseSessionKey,
  goBackAfterLogout,
  replayCookieSession,
  floodStore,
];
