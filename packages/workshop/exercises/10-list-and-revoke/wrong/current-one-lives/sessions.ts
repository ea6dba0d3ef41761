import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import type { Express, Request } from 'express';
import type { SessionData, Store } from 'express-session';
import type { User } from './users.ts';

/** Lets a user see where they are logged in, and end a session of theirs. */
export function addSessionRoutes(
  app: Express,
  store: Store,
  userOf: (req: Request) => User | undefined,
): void {
  /** Reads all there are. A shop with many users keeps a set of ids for each of them. */
  async function sessionsOf(user: User): Promise<Stored[]> {
    const found = await promisify<unknown>((done) => store.all?.(done))();
    const sessions = Object.values(found ?? {}) as Stored[];
    return sessions.filter(({ userId }) => userId === user.id);
  }

  app.get('/sessions', async (req, res) => {
    const user = userOf(req);
    if (!user) return void res.sendStatus(401);
    const own = await sessionsOf(user);
    res.json(own.map(({ id }) => ({ handle: handleOf(id), current: id === req.sessionID })));
  });

  app.delete('/sessions/:handle', async (req, res) => {
    const user = userOf(req);
    if (!user) return void res.sendStatus(401);
    // Among one's own only: the handle of somebody else's is like one that never was.
    const own = await sessionsOf(user);
    const session = own.find(({ id }) => handleOf(id) === req.params.handle);
    if (!session) return void res.sendStatus(404);
    await promisify<void>((done) => store.destroy(session.id, done))();
    res.sendStatus(204);
  });
}

/** A public name that leads to no id: the list may be in a log, or on a screenshot. */
const handleOf = (id: string) => createHash('sha256').update(id).digest('base64url');

/** A store in Redis says of each session which it is. */
type Stored = SessionData & { id: string };
