import type { Express, Request, RequestHandler, Response } from 'express';
import { methodProblem, type RouteMethod } from '../methods.ts';
import { type Check, withinBudget } from '../store-budget.ts';
import { isForm } from './guards.ts';

/** The handlers of one path, by method in lower case. `get` answers HEAD as well. */
export type Handlers = Partial<Record<RouteMethod, RequestHandler>>;

/**
 * Adds a path with its handlers. Any other method on it is a 405, so that a GET never does what a
 * POST does.
 *
 * @example route(app, '/logout', { post: async (req, res) => { … } });
 */
export function route(app: Express, path: string, handlers: Handlers): void {
  const added = app.route(path);
  const methods = Object.keys(handlers) as RouteMethod[];
  for (const method of methods) {
    const handler = handlers[method];
    if (handler) added[method](handler);
  }
  added.all(() => {
    throw methodProblem(methods);
  });
}

/**
 * `/healthz`, whether this process lives: asks no store, because a restart of the app does not bring
 * a store back. `/readyz`, whether it can serve: 503 while the store does not answer in time.
 *
 * @param check rejects while the store cannot be reached; what it resolves with is shown.
 * @param budgetMs how long that may take, in milliseconds.
 */
export function health(app: Express, check: Check, budgetMs: number): void {
  route(app, '/healthz', { get: (_req, res) => void res.json({ status: 'ok' }) });
  route(app, '/readyz', {
    get: async (_req, res) => {
      res.json({ status: 'ok', ...(await withinBudget(budgetMs, check, 'check')) });
    },
  });
}

/**
 * Answers a request that succeeded. A form goes back to the page (303, so that a reload does not
 * send it again); anything else gets the body as JSON, or 204 when there is none.
 */
export function answer(req: Request, res: Response, body?: object): void {
  if (isForm(req)) {
    res.redirect(303, '/');
  } else if (body === undefined) {
    res.status(204).end();
  } else {
    res.json(body);
  }
}
