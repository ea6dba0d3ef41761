import { STATUS_CODES } from 'node:http';
import { SessionEndedError, SessionTooLargeError } from './hardened-store.ts';
import { SessionChangedError } from './merge.ts';
import { StoreUnavailableError } from './store-budget.ts';

/** An answer other than success, as RFC 9457 problem details. Thrown by handlers. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  /** What a program tells one problem of a status from another by, for instance `csrf_token`. */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param status HTTP status, 400 to 599.
   * @param detail one sentence for a person; no input is repeated in it.
   */
  constructor(status: number, code: string, detail: string, headers: Record<string, string> = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  /** The body, to be sent as `application/problem+json`. */
  toJSON(): { type: string; title: string; status: number; detail: string; code: string } {
    return {
      type: 'about:blank',
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      code: this.code,
    };
  }
}

const BODY_PROBLEMS = new Map<unknown, [code: string, detail: string]>([
  ['entity.parse.failed', ['malformed_body', 'The body is not well-formed.']],
  ['entity.too.large', ['body_too_large', 'The body is too large.']],
  ['parameters.too.many', ['body_too_large', 'The body has too many fields.']],
  ['encoding.unsupported', ['media_type', 'This content encoding is not supported.']],
  ['charset.unsupported', ['media_type', 'This character set is not supported.']],
]);

/**
 * Turns whatever a handler threw into an answer. What was not foreseen is a 500 that says nothing:
 * a stack trace tells an attacker more than a user (ASVS 5.0 16.5.1).
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StoreUnavailableError) {
    return new Problem(
      503,
      'store_unavailable',
      'Sessions are out of reach at the moment. Nothing was changed for certain; please try again.',
      { 'Retry-After': '1' },
    );
  }
  if (error instanceof SessionEndedError) {
    return new Problem(401, 'session_ended', 'This session has ended. Please log in again.');
  }
  if (error instanceof SessionChangedError) {
    return new Problem(
      409,
      'session_changed',
      'Another request has changed this session at the same time. Nothing was saved; try again.',
    );
  }
  if (error instanceof SessionTooLargeError) {
    return new Problem(413, 'session_full', 'This session cannot hold any more.');
  }
  // body-parser and the router say with `status` and `type` what was wrong with the request.
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const [code, detail] = BODY_PROBLEMS.get(type) ?? [
      'bad_request',
      'The request could not be understood.',
    ];
    return new Problem(status, code, detail);
  }
  return new Problem(500, 'internal', 'Something went wrong on our side.');
}
