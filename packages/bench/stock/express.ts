// Express and no session: how much faster than this nothing with a session can be.
import express from 'express';
import { user } from '../../acceptance/src/stock.ts';
import { listen } from './listen.ts';

const app = express();
app.use(express.json());
app.post('/login', (_req, res) => void res.json({ user }));
app.get('/profile', (_req, res) => void res.json({ user }));
app.post('/cart', (req, res) => void res.json({ items: [req.body.item] }));
await listen(app);
