import { randomUUID } from 'node:crypto';
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
    const { id } = session;
    // The session of this request would be saved once more behind its own end.
    if (id === req.sessionID) await promisify<void>((done) => req.session.destroy(done))();
    else await promisify<void>((done) => store.destroy(id, done))();
    res.sendStatus(204);
  });
}

// A random name for each id, which says nothing about it.
const handles = new Map<string, string>();

function handleOf(id: string): string {
  const handle = handles.get(id) ?? randomUUID();
  handles.set(id, handle);
  return handle;
}

/** A store in Redis says of each session which it is. */
type Stored = SessionData & { id: string };
