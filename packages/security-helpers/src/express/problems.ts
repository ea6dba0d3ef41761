import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import type { Html } from '../html.ts';
import { isSafeMethod } from '../origin-check.ts';
import { Problem, toProblem } from '../problem.ts';
import { isForm } from './guards.ts';
import { discardChanges } from './session-store.ts';

export const notFound: RequestHandler = () => {
  throw new Problem(404, 'not_found', 'There is nothing here.');
};

/**
 * Answers every error: with problem details (RFC 9457), or with a page when a form was sent or a
 * browser navigates. What the failed request has changed in its session is dropped first; express-session would save it at
 * the end of the answer, whatever its status.
 *
 * @param page makes the page that says what was wrong.
 */
export function answerProblems(
  page: (req: Request, problem: Problem) => Html | Promise<Html>,
): ErrorRequestHandler {
  return async (error: unknown, req, res, next) => {
    const problem = toProblem(error);
    if (problem.code === 'internal') console.error(error);
    if (res.headersSent) return next(error);

    discardChanges(req);
    res.status(problem.status).set(problem.headers);
    if (isForm(req) || prefersPage(req)) {
      res.type('html').send((await page(req, problem)).text);
    } else {
      res.type('application/problem+json').send(JSON.stringify(problem));
    }
  };
}

/** Browsers name `text/html` when they navigate; programs say nothing, or that anything will do. */
function prefersPage(req: Request): boolean {
  return isSafeMethod(req.method) && req.accepts(['application/problem+json', 'html']) === 'html';
}
