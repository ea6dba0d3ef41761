import type { Html } from '../html.ts';
import { methodProblem, type RouteMethod } from '../methods.ts';
import { type Check, withinBudget } from '../store-budget.ts';
import { isForm } from './body.ts';
import type { Context } from './context.ts';

/** What a path names with a colon, as it came. */
export type PathParameters = Readonly<Record<string, string>>;

/** The handlers of one path, by method in lower case. `get` answers HEAD as well. */
export type Handlers<C> = Partial<
  Record<RouteMethod, (ctx: C, parameters: PathParameters) => void | Promise<void>>
>;

/** As much of a Koa application as is needed to add middleware to it. */
interface App<C> {
  use(middleware: (ctx: C, next: () => Promise<unknown>) => unknown): unknown;
}

/**
 * Adds a path with its handlers. Any other method on it is a 405, so that a GET never does what a
 * POST does.
 *
 * @example route(app, '/logout', { post: async (ctx) => { … } });
 * @example route(app, '/sessions/:handle', { delete: async (ctx, { handle }) => { … } });
 */
export function route<C extends Context>(app: App<C>, path: string, handlers: Handlers<C>): void {
  const methods = Object.keys(handlers) as RouteMethod[];
  const pattern = new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
  app.use(async (ctx, next) => {
    const match = pattern.exec(ctx.path);
    if (!match) return next();
    const asked = ctx.method === 'HEAD' ? 'get' : ctx.method.toLowerCase();
    const method = methods.find((known) => known === asked);
    const handler = method && handlers[method];
    if (!handler) throw methodProblem(methods);
    await handler(ctx, match.groups ?? {});
  });
}

/**
 * `/healthz`, whether this process lives: asks no store, because a restart of the app does not bring
 * a store back. `/readyz`, whether it can serve: 503 while the store does not answer in time.
 *
 * @param check rejects while the store cannot be reached; what it resolves with is shown.
 * @param budgetMs how long that may take, in milliseconds.
 */
export function health<C extends Context>(app: App<C>, check: Check, budgetMs: number): void {
  route(app, '/healthz', {
    get(ctx) {
      ctx.body = { status: 'ok' };
    },
  });
  route(app, '/readyz', {
    async get(ctx) {
      ctx.body = { status: 'ok', ...(await withinBudget(budgetMs, check, 'check')) };
    },
  });
}

/**
 * Answers a request that succeeded. A form goes back to the page (303, so that a reload does not
 * send it again); anything else gets the body as JSON, or 204 when there is none.
 */
export function answer(ctx: Context, body?: object): void {
  if (isForm(ctx)) {
    ctx.status = 303;
    ctx.redirect('/');
  } else if (body === undefined) {
    ctx.status = 204;
  } else {
    ctx.body = body;
  }
}

export function answerPage(ctx: Context, page: Html): void {
  ctx.type = 'html';
  ctx.body = page.text;
}
