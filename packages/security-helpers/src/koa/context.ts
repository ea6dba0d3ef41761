import type { DefaultState, Middleware as KoaMiddleware, ParameterizedContext } from 'koa';
import type { SessionFields } from '../record.ts';

/** What koa-session's object can do, next to the data of the session. */
export interface SessionMethods {
  save(): Promise<void>;
  regenerate(): Promise<void>;
  toJSON(): Record<string, unknown>;
}

/** The data of a session that may not have begun yet, and koa-session's methods. */
export type LiveSession<Data extends object> = Partial<Data & SessionFields> & SessionMethods;

/**
 * What these guards and koa-session put into a context.
 *
 * @typeParam Data the application's own keys, as in its record schema.
 * @example const app = new Koa<Koa.DefaultState, SessionContext<{ cart?: string[] }>>();
 */
export interface SessionContext<Data extends object = object> {
  /** Null only after a logout, for the rest of that request. */
  get session(): LiveSession<Data>;
  set session(data: object | null);
  request: { body?: unknown };
}

export type Context<Data extends object = object> = ParameterizedContext<
  DefaultState,
  SessionContext<Data>
>;

export type Middleware = KoaMiddleware<DefaultState, SessionContext>;
