import type { Express, Request } from 'express';
import type { Store } from 'express-session';
import type { User } from './users.ts';

/** Lets a user see where they are logged in, and end a session of theirs. */
export function addSessionRoutes(
  app: Express,
  _store: Store,
  _userOf: (req: Request) => User | undefined,
): void {
  app.get('/sessions', (_req, res) => void res.sendStatus(501));
  app.delete('/sessions/:handle', (_req, res) => void res.sendStatus(501));
}
