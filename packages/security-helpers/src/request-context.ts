import { AsyncLocalStorage } from 'node:async_hooks';

/** What belongs to one request, reachable from a store call deep below it. */
export interface RequestContext {
  /** The client's address, by the hops that are trusted. */
  client: string | undefined;
  /** How long this request has waited for its store so far, in milliseconds. */
  storeSpentMs?: number;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs a request's whole chain of handlers in a context of its own. */
export function inRequest<T>(context: RequestContext, run: () => T): T {
  return storage.run(context, run);
}

/** The context of the request that is being served; undefined outside of one. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}
