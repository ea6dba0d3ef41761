import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import session from 'express-session';
import { cookiePolicy } from '../src/cookie-policy.ts';
import * as guard from '../src/express/index.ts';
import type { HardenedStoreOptions } from '../src/hardened-store.ts';
import { Html } from '../src/html.ts';
import type { SessionKeys } from '../src/keys.ts';
import { newSessionId } from '../src/session-id.ts';
import { keysFrom, observed } from './support.ts';
import { Visitor } from './visitor.ts';

declare module 'express-session' {
  interface SessionData {
    cart?: string[];
  }
}

interface Options extends Partial<Omit<HardenedStoreOptions, 'keys'>> {
  keys?: SessionKeys;
  /** Put in front of everything. */
  first?: express.RequestHandler[];
  session?: Partial<session.SessionOptions>;
}

/** An Express app with the whole chain, over an observed store, on a free port. */
export async function startApp(addRoutes: (app: Express) => void, options: Options = {}) {
  const { keys = keysFrom(), first = [], session: sessionOptions, ...settings } = options;
  const { clock, store, events, settings: all } = observed({ ...settings, keys: keys.seal });
  const cookie = cookiePolicy({ name: 'sid', production: false });
  const config = { trustProxyHops: 0, publicOrigin: undefined, production: false } as never;
  const sessionStore = new guard.SessionStore({ ...all, cookie, keys });

  const app = express();
  app.use(...[guard.requestContext(config), ...first]);
  app.use(guard.requireOwnOrigin(config, all.audit), guard.readBody());
  app.use(guard.sessionCookie(cookie, keys, all.audit));
  app.use(
    session({
      name: cookie.name,
      cookie: cookie.attributes,
      secret: keys.cookie,
      genid: newSessionId,
      resave: false,
      saveUninitialized: false,
      store: sessionStore,
      ...sessionOptions,
    }),
  );
  app.use(guard.requireCsrfToken(keys, all.audit));
  addRoutes(app);
  app.use(
    guard.notFound,
    guard.answerProblems(() => new Html('<p>')),
  );

  const server: Server = app.listen(0, '127.0.0.1');
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
