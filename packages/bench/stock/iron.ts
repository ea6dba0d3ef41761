// Express with iron-session: the session is in the cookie, sealed. No store, and no way to end it.
import express from 'express';
import { getIronSession } from 'iron-session';
import { user } from '../../acceptance/src/stock.ts';
import { listen } from './listen.ts';

interface Data {
  userId?: string;
  cart?: string[];
}

const options = {
  cookieName: 'iron',
  password: 'complex_password_at_least_32_characters_long',
  cookieOptions: { secure: false }, // measured over plain HTTP
};

const app = express();
app.use(express.json());
app.post('/login', async (req, res) => {
  const session = await getIronSession<Data>(req, res, options);
  session.userId = user.id;
  await session.save();
  res.json({ user });
});
app.get('/profile', async (req, res) => {
  const session = await getIronSession<Data>(req, res, options);
  if (session.userId === undefined) return void res.sendStatus(401);
  res.json({ user });
});
app.post('/cart', async (req, res) => {
  const session = await getIronSession<Data>(req, res, options);
  session.cart = [...(session.cart ?? []), req.body.item];
  await session.save();
  res.json({ items: session.cart });
});
await listen(app);
