import type { Express, Request } from 'express';
import type { SessionData, Store } from 'express-session';
import type { User } from './users.ts';

/** Lets a user see where they are logged in, and end a session of theirs. */
export function addSessionRoutes(
  app: Express,
  store: Store,
  userOf: (req: Request) => User | undefined,
): void {
  app.get('/sessions', (req, res, next) => {
    const user = userOf(req);
    if (!user) return void res.sendStatus(401);
    store.all?.((error, found) => {
      if (error) return next(error);
      const sessions = Object.values(found ?? {}) as Stored[];
      const own = sessions.filter((session) => session.userId === user.id);
      res.json(own.map(({ id }) => ({ handle: id, current: id === req.sessionID })));
    });
  });

  app.delete('/sessions/:handle', (req, res, next) => {
    if (!userOf(req)) return void res.sendStatus(401);
    store.destroy(req.params.handle, (error) => (error ? next(error) : res.sendStatus(204)));
  });
}

/** A store in Redis says of each session which it is. */
type Stored = SessionData & { id: string };
