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
  async function allSessions(): Promise<Stored[]> {
    const found = await promisify<unknown>((done) => store.all?.(done))();
    return Object.values(found ?? {}) as Stored[];
  }

  app.get('/sessions', async (req, res) => {
    const user = userOf(req);
    if (!user) return void res.sendStatus(401);
    const own = (await allSessions()).filter(({ userId }) => userId === user.id);
    res.json(own.map(({ id }) => ({ handle: handleOf(id), current: id === req.sessionID })));
  });

  app.delete('/sessions/:handle', async (req, res) => {
    if (!userOf(req)) return void res.sendStatus(401);
    const sessions = await allSessions();
    const session = sessions.find(({ id }) => handleOf(id) === req.params.handle);
    if (!session) return void res.sendStatus(404);
    const { id } = session;
    // The session of this request would be saved once more behind its own end.
    if (id === req.sessionID) await promisify<void>((done) => req.session.destroy(done))();
    else await promisify<void>((done) => store.destroy(id, done))();
    res.sendStatus(204);
  });
}

/** A public name that leads to no id: the list may be in a log, or on a screenshot. */
const handleOf = (id: string) => createHash('sha256').update(id).digest('base64url');

/** A store in Redis says of each session which it is. */
type Stored = SessionData & { id: string };
