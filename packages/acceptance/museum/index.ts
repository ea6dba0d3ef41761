// The exhibits, in the order of the README.

import { answerBeforeSave } from './answer-before-save/exhibit.ts';
import { clearCookieWithoutAttributes } from './clear-cookie-without-attributes/exhibit.ts';
import { cookieFunctionWithAuto } from './cookie-function-with-auto/exhibit.ts';
import { defaultImport } from './default-import/exhibit.ts';
import { errorWithoutReturn } from './error-without-return/exhibit.ts';
import type { Exhibit } from './exhibit.ts';
import { expiryWithoutTimeZone } from './expiry-without-time-zone/exhibit.ts';
import { ioredisClient } from './ioredis-client/exhibit.ts';
import { logoutByGet } from './logout-by-get/exhibit.ts';
import { memoryStoreNeverForgets } from './memory-store-never-forgets/exhibit.ts';
import { randomSecret } from './random-secret/exhibit.ts';
import { redirectBeforeSave } from './redirect-before-save/exhibit.ts';
import { saveIsNoNewId } from './save-is-no-new-id/exhibit.ts';
import { secureCookieBehindProxy } from './secure-cookie-behind-proxy/exhibit.ts';
import { storeFactory } from './store-factory/exhibit.ts';
import { tableOnTheFly } from './table-on-the-fly/exhibit.ts';
import { uncheckedSecret } from './unchecked-secret/exhibit.ts';
import { wholeUserInSession } from './whole-user-in-session/exhibit.ts';

export const exhibits: readonly Exhibit[] = [
  defaultImport,
  storeFactory,
  ioredisClient,
  randomSecret,
  uncheckedSecret,
  wholeUserInSession,
  errorWithoutReturn,
  logoutByGet,
  clearCookieWithoutAttributes,
  redirectBeforeSave,
  answerBeforeSave,
  secureCookieBehindProxy,
  cookieFunctionWithAuto,
  memoryStoreNeverForgets,
  expiryWithoutTimeZone,
  saveIsNoNewId,
  tableOnTheFly,
];
