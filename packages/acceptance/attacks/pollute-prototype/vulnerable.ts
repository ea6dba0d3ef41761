import { randomUUID } from 'node:crypto';
import express, { type Request } from 'express';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Vulnerable } from '../../src/attack/attack.ts';

type Tree = { [key: string]: unknown };
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** Merges what is stored into a new session, name by name; `__proto__` is such a name. */
export function vulnerable(): Vulnerable {
  const Session = class {} as new () => Tree;
  const merge = (target: Tree, source: Tree): Tree => {
    for (const [key, value] of Object.entries(source)) {
      const into = target[key];
      target[key] = isTree(into) && isTree(value) ? merge(into, value) : value;
    }
    return target;
  };
  const records = new Map<string, string>();
  const idOf = (req: Request) => /sid=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1] ?? '';
  const load = (req: Request) => merge(new Session(), JSON.parse(records.get(idOf(req)) ?? '{}'));
  const app = express().use(express.json());
  app.post('/login', ({ body }, res) => {
    const [id, user] = [randomUUID(), verify(body)];
    if (!user) return void res.sendStatus(401);
    records.set(id, JSON.stringify({ userId: user.id }));
    res.cookie('sid', id).json({ user });
  });
  app.get('/profile', (req, res) => {
    const { userId, isAdmin } = load(req);
    const user = find(String(userId));
    res.status(user ? 200 : 401).json({ user: isAdmin ? { ...user, roles: ['admin'] } : user });
  });
  app.post('/cart', (req, res) => {
    if ('isAdmin' in req.body || 'userId' in req.body) return void res.sendStatus(422);
    records.set(idOf(req), JSON.stringify({ ...load(req), ...req.body }));
    res.json({ items: [req.body.item] });
  });
  return { listener: app };
}
