// One's account: the list of one's sessions, ending them, giving the password again, changing it.

import type { Express, Request, RequestHandler } from 'express';
import { type Audit, Problem, readInput, type Throttle } from 'security-helpers';
import * as guard from 'security-helpers/express';
import { z } from 'zod';
import type { User, Users } from './users.ts';

const proof = z.strictObject({ password: z.string().max(128) });
// At least 8 characters (ASVS 6.2.1), at most what is hashed in a bounded time.
const change = z.strictObject({ newPassword: z.string().min(8).max(128) });
const nothing = z.strictObject({});

export function requireUser(users: Users, req: Request): User {
  const user = users.find(req.session?.userId ?? '');
  if (!user) throw new Problem(401, 'login_required', 'Please log in first.');
  return user;
}

export interface AccountParts {
  users: Users;
  throttle: Throttle;
  audit: Audit;
}

export function addAccountRoutes(app: Express, { users, throttle, audit }: AccountParts) {
  // ── Sessions ──────────────────────────────────────────────────────────────────────────────────
  // Ending one protects, so it needs no password: whoever sees a thief in the list has to be quick.
  const endOthers = async (req: Request) => {
    requireUser(users, req);
    await guard.endOtherSessions(req);
  };
  guard.route(app, '/sessions', {
    async get(req, res) {
      requireUser(users, req);
      res.json(await guard.listSessions(req));
    },
    async delete(req, res) {
      await endOthers(req);
      guard.answer(req, res);
    },
  });

  const endOne: RequestHandler = async (req, res) => {
    requireUser(users, req);
    const handle = String(req.params['handle']);
    if (handle === req.session.handle) await guard.logOut(req, res);
    else if (!(await guard.endSession(req, handle))) {
      // The same for one of somebody else's as for none: a handle is no secret, and no key.
      throw new Problem(404, 'not_found', 'You have no such session.');
    }
    guard.answer(req, res);
  };
  // The form twins of the two DELETEs: a form can only POST.
  guard.route(app, '/sessions/end-others', {
    async post(req, res) {
      readInput(nothing, req.body);
      await endOthers(req);
      guard.answer(req, res);
    },
  });
  guard.route(app, '/sessions/:handle/end', { post: endOne });
  guard.route(app, '/sessions/:handle', { delete: endOne });

  guard.route(app, '/users/:id/sessions', {
    async delete(req, res) {
      const user = requireUser(users, req);
      if (!user.roles.includes('admin'))
        throw new Problem(403, 'forbidden', 'Administrators only.');
      guard.requireFresh(req);
      const id = String(req.params['id']);
      if (!users.find(id)) throw new Problem(404, 'not_found', 'There is no such user.');
      await guard.endSessionsOf(req, id);
      guard.answer(req, res);
    },
  });

  // ── Password ──────────────────────────────────────────────────────────────────────────────────
  guard.route(app, '/reauthenticate', {
    async post(req, res) {
      const { email, id } = requireUser(users, req);
      const { password } = readInput(proof, req.body);
      const verified = await throttle.attempt(email, () => users.verify(email, password));
      if (!verified) {
        audit('reauthentication_failed', { userId: id });
        throw new Problem(403, 'bad_credentials', 'The password is wrong.');
      }
      await guard.elevate(req); // a new id: what was stolen before is worth nothing now
      guard.answer(req, res);
    },
  });

  guard.route(app, '/password', {
    async post(req, res) {
      const { id } = requireUser(users, req);
      guard.requireFresh(req);
      const { newPassword } = readInput(change, req.body);
      await users.setPassword(id, newPassword); // first: nobody gets in by the old one any more
      audit('password_changed', { userId: id });
      await guard.endOtherSessions(req, 'password'); // a thief may hold one
      await guard.elevate(req); // or this very one
      guard.answer(req, res);
    },
  });
}
