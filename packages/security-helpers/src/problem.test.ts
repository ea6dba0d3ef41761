import { describe, expect, it } from 'vitest';
import { SessionEndedError } from './hardened-store.ts';
import { SessionChangedError } from './merge.ts';
import { Problem, toProblem } from './problem.ts';
import { StoreUnavailableError } from './store-budget.ts';

const secret = 'hunter2';
/** What body-parser and the router throw. */
const httpError = (status: unknown, type?: unknown) =>
  Object.assign(new Error(secret), { status, type, body: secret, expose: true });

describe('an error', () => {
  it('that is a problem stays what it is', () => {
    const problem = new Problem(429, 'slow_down', 'Too fast.', { 'Retry-After': '5' });
    expect(toProblem(problem)).toBe(problem);
  });

  it.each([
    ['a store out of reach', new StoreUnavailableError(secret), 503, 'store_unavailable'],
    ['a session that was changed', new SessionChangedError(secret), 409, 'session_changed'],
    ['a session that was ended', new SessionEndedError(secret), 401, 'session_ended'],
    ['malformed JSON', httpError(400, 'entity.parse.failed'), 400, 'malformed_body'],
    ['a large body', httpError(413, 'entity.too.large'), 413, 'body_too_large'],
    ['many fields', httpError(413, 'parameters.too.many'), 413, 'body_too_large'],
    ['another encoding', httpError(415, 'encoding.unsupported'), 415, 'media_type'],
    ['another character set', httpError(415, 'charset.unsupported'), 415, 'media_type'],
    ['an aborted body', httpError(400, 'request.aborted'), 400, 'bad_request'],
    ['a type that is a name of objects', httpError(400, 'constructor'), 400, 'bad_request'],
    ['a type that is no text', httpError(400, {}), 400, 'bad_request'],
    ['a path that cannot be decoded', httpError(400), 400, 'bad_request'],
    ['a server error of a library', httpError(502), 500, 'internal'],
    ['a status below all errors', httpError(200), 500, 'internal'],
    ['a status as text', httpError('404'), 500, 'internal'],
    ['a status that is no number', httpError(Number.NaN), 500, 'internal'],
    ['any other error', new Error(secret), 500, 'internal'],
    ['a text that was thrown', secret, 500, 'internal'],
    ['nothing that was thrown', undefined, 500, 'internal'],
    ['null', null, 500, 'internal'],
  ])('%s', (_what, error, status, code) => {
    const problem = toProblem(error);
    expect([problem.status, problem.code]).toEqual([status, code]);
    const body = JSON.stringify(problem);
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: expect.stringMatching(/^[A-Z]/),
      status,
      detail: expect.stringMatching(/\.$/),
      code,
    });
    expect(body + JSON.stringify(problem.headers)).not.toContain(secret);
  });

  it('of the store says when to try again', () => {
    expect(toProblem(new StoreUnavailableError('x')).headers).toEqual({ 'Retry-After': '1' });
  });
});
