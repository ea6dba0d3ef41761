import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Keygrip from 'keygrip';
import Koa from 'koa';
import session, { type CreateSessionOptions } from 'koa-session';
import { cookiePolicy } from '../src/cookie-policy.ts';
import type { HardenedStoreOptions } from '../src/hardened-store.ts';
import { Html } from '../src/html.ts';
import type { SessionKeys } from '../src/keys.ts';
import * as guard from '../src/koa/index.ts';
import { newSessionId } from '../src/session-id.ts';
import { keysFrom, observed } from './support.ts';
import { Visitor } from './visitor.ts';

interface Data {
  cart?: string[];
}
export type App = Koa<Koa.DefaultState, guard.SessionContext<Data>>;
export type Context = guard.Context<Data>;

interface Options extends Partial<Omit<HardenedStoreOptions, 'keys'>> {
  keys?: SessionKeys;
  session?: CreateSessionOptions;
  trustProxyHops?: number;
  production?: boolean;
}

/** A Koa app with the whole chain, over an observed store, on a free port. */
export async function startApp(addRoutes: (app: App) => void, options: Options = {}) {
  const { keys = keysFrom(), session: sessionOptions, ...more } = options;
  const { trustProxyHops = 0, production = false, ...settings } = more;
  const { clock, store, events, settings: all } = observed({ ...settings, keys: keys.seal });
  const cookie = cookiePolicy({ name: 'sid', production });
  const publicOrigin = production ? 'https://shop.example' : undefined;
  const config = { trustProxyHops, publicOrigin, production } as never;
  const sessionStore = new guard.SessionStore({ ...all, cookie, keys });

  const app: App = new Koa();
  app.proxy = trustProxyHops > 0;
  app.keys = new Keygrip(keys.cookie, 'sha256');
  app.use(guard.requestContext(config));
  app.use(
    guard.answerProblems((ctx: Context, problem) => {
      const { userId = 'nobody' } = ctx.session ?? {};
      return new Html(`${problem.code} for ${userId}${guard.isSessionLost(ctx) ? ', lost' : ''}`);
    }),
  );
  app.use(guard.requireTls(config));
  app.use(guard.requireOwnOrigin(config, all.audit));
  app.use(guard.readBody());
  app.use(guard.sessionCookie(cookie, keys, all.audit));
  const own = { key: cookie.name, ...cookie.attributes, maxAge: 'session' as const };
  const fixed = { genid: newSessionId, autoCommit: false, store: sessionStore };
  app.use(session({ ...own, ...fixed, ...sessionOptions }, app));
  app.use(guard.requireCsrfToken(keys, all.audit));
  addRoutes(app);
  app.use(guard.notFound);

  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    keys,
    clock,
    store,
    events,
    sessionStore,
    visitor: () => new Visitor(url, () => store.takeCommands()),
    close: async () => {
      server.closeAllConnections();
      server.close();
      store.memory.close();
    },
  };
}
