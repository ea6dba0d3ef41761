import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from './problem.ts';

/** The content types that are read. Any other is refused, not ignored (see `mediaTypeProblem`). */
export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Of a body, in bytes; packed or not. */
export const BODY_LIMIT = 16 * 1024;

/** Whether a request has a body. `Content-Length: 0` is none: it is how fetch sends none. */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': chunked } = headers;
  return length !== '0' || chunked !== undefined;
}

/**
 * The answer to a content type that is not read: a page elsewhere can send `text/plain` that looks
 * like JSON without asking us first (ASVS 5.0 3.5.2).
 */
export function mediaTypeProblem(): Problem {
  return new Problem(415, 'media_type', `Send ${JSON_TYPE} or ${FORM_TYPE}.`);
}
