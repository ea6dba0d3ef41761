import type { Html } from '../html.ts';
import { isSafeMethod } from '../origin-check.ts';
import { Problem, toProblem } from '../problem.ts';
import { isForm } from './body.ts';
import type { Context, Middleware } from './context.ts';
import { answerPage } from './routes.ts';

/** The last in the chain: what got here has no route. */
export const notFound: Middleware = () => {
  throw new Problem(404, 'not_found', 'There is nothing here.');
};

/**
 * Answers every error of what comes after it: with problem details (RFC 9457), or with a page when a
 * form was sent or a browser navigates. Koa's own answer would lose the security headers.
 *
 * @param page makes the page that says what was wrong.
 */
export function answerProblems<C extends Context>(
  page: (ctx: C, problem: Problem) => Html | Promise<Html>,
): (ctx: C, next: () => Promise<unknown>) => Promise<void> {
  return async (ctx, next) => {
    keepQuietOfConnection(ctx);
    try {
      await next();
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code === 'internal') report(ctx, error);
      if (ctx.headerSent) {
        ctx.res.destroy(); // or the client would take half an answer for all of it, or wait for ever
        return;
      }
      ctx.status = problem.status;
      ctx.set(problem.headers);
      if (isForm(ctx) || prefersPage(ctx)) {
        answerPage(ctx, await page(ctx, problem));
      } else {
        ctx.type = 'application/problem+json';
        ctx.body = JSON.stringify(problem);
      }
    }
  };
}

/**
 * Koa reports the error of a connection like one of ours, with a stack: whoever sends half a chunk, or
 * hangs up, would fill the log.
 */
function keepQuietOfConnection(ctx: Context): void {
  const { onerror } = ctx;
  ctx.onerror = (error) => {
    if (error !== ctx.socket.errored) onerror.call(ctx, error);
  };
}

/** Koa's way to the log; by itself, it prints to standard error. */
function report(ctx: Context, error: unknown): void {
  const seen = error instanceof Error ? error : new Error('not an Error', { cause: error });
  ctx.app.emit('error', seen, ctx);
}

/** Browsers name `text/html` when they navigate; programs say nothing, or that anything will do. */
function prefersPage(ctx: Context): boolean {
  return isSafeMethod(ctx.method) && ctx.accepts('application/problem+json', 'html') === 'html';
}
