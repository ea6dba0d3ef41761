import { createHmac, randomBytes } from 'node:crypto';
import express, { type Request } from 'express';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Vulnerable } from '../../src/attack/attack.ts';

/** Its ids are counted, since they are signed; but a cookie without a signature passes. */
export function vulnerable(): Vulnerable {
  const app = express();
  app.use(express.json());
  const secret = randomBytes(32);
  const mac = (id: string) => createHmac('sha256', secret).update(id).digest('base64url');
  const userIds: string[] = [];

  const userOf = (req: Request) => {
    const [, id = '', signature] = /sid=(\d+)\.?([\w-]*)/.exec(req.headers.cookie ?? '') ?? [];
    if (signature && signature !== mac(id)) return undefined;
    return find(userIds[Number(id)]);
  };
  app.post('/login', (req, res) => {
    const user = verify(req.body);
    if (!user) return void res.sendStatus(401);
    const id = String(userIds.push(user.id) - 1);
    res.cookie('sid', `${id}.${mac(id)}`, { httpOnly: true, sameSite: 'lax' }).json({ user });
  });
  app.get('/profile', (req, res) => {
    const user = userOf(req);
    res.status(user ? 200 : 401).json({ user });
  });
  return { listener: app };
}
