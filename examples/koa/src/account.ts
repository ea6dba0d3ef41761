// One's account: the list of one's sessions, ending them, giving the password again, changing it.

import type Koa from 'koa';
import { type Audit, Problem, readInput, type Throttle } from 'security-helpers';
import * as guard from 'security-helpers/koa';
import { z } from 'zod';
import type { User, Users } from './users.ts';

const proof = z.strictObject({ password: z.string().max(128) });
// At least 8 characters (ASVS 6.2.1), at most what is hashed in a bounded time.
const change = z.strictObject({ newPassword: z.string().min(8).max(128) });
const nothing = z.strictObject({});

type Context = guard.Context;
type App = Koa<Koa.DefaultState, guard.SessionContext>;

export function requireUser(users: Users, ctx: Context): User {
  const user = users.find(ctx.session?.userId ?? '');
  if (!user) throw new Problem(401, 'login_required', 'Please log in first.');
  return user;
}

export interface AccountParts {
  users: Users;
  throttle: Throttle;
  audit: Audit;
}

export function addAccountRoutes(app: App, { users, throttle, audit }: AccountParts) {
  // ── Sessions ──────────────────────────────────────────────────────────────────────────────────
  // Ending one protects, so it needs no password: whoever sees a thief in the list has to be quick.
  const endOthers = async (ctx: Context) => {
    requireUser(users, ctx);
    await guard.endOtherSessions(ctx);
  };
  guard.route(app, '/sessions', {
    async get(ctx) {
      requireUser(users, ctx);
      ctx.body = await guard.listSessions(ctx);
    },
    async delete(ctx) {
      await endOthers(ctx);
      guard.answer(ctx);
    },
  });

  const endOne = async (ctx: Context, { handle = '' }: guard.PathParameters) => {
    requireUser(users, ctx);
    if (handle === ctx.session.handle) await guard.logOut(ctx);
    else if (!(await guard.endSession(ctx, handle))) {
      // The same for one of somebody else's as for none: a handle is no secret, and no key.
      throw new Problem(404, 'not_found', 'You have no such session.');
    }
    guard.answer(ctx);
  };
  // The form twins of the two DELETEs: a form can only POST.
  guard.route(app, '/sessions/end-others', {
    async post(ctx) {
      readInput(nothing, ctx.request.body);
      await endOthers(ctx);
      guard.answer(ctx);
    },
  });
  guard.route(app, '/sessions/:handle/end', { post: endOne });
  guard.route(app, '/sessions/:handle', { delete: endOne });

  guard.route(app, '/users/:id/sessions', {
    async delete(ctx, { id = '' }) {
      const user = requireUser(users, ctx);
      if (!user.roles.includes('admin'))
        throw new Problem(403, 'forbidden', 'Administrators only.');
      guard.requireFresh(ctx);
      if (!users.find(id)) throw new Problem(404, 'not_found', 'There is no such user.');
      await guard.endSessionsOf(ctx, id);
      guard.answer(ctx);
    },
  });

  // ── Password ──────────────────────────────────────────────────────────────────────────────────
  guard.route(app, '/reauthenticate', {
    async post(ctx) {
      const { email, id } = requireUser(users, ctx);
      const { password } = readInput(proof, ctx.request.body);
      const verified = await throttle.attempt(email, () => users.verify(email, password));
      if (!verified) {
        audit('reauthentication_failed', { userId: id });
        throw new Problem(403, 'bad_credentials', 'The password is wrong.');
      }
      await guard.elevate(ctx); // a new id: what was stolen before is worth nothing now
      guard.answer(ctx);
    },
  });

  guard.route(app, '/password', {
    async post(ctx) {
      const { id } = requireUser(users, ctx);
      guard.requireFresh(ctx);
      const { newPassword } = readInput(change, ctx.request.body);
      await users.setPassword(id, newPassword); // first: nobody gets in by the old one any more
      audit('password_changed', { userId: id });
      await guard.endOtherSessions(ctx, 'password'); // a thief may hold one
      await guard.elevate(ctx); // or this very one
      guard.answer(ctx);
    },
  });
}
