// The lab page's server. Whoever has its address can end processes: so it is on loopback, its address
// holds a token that is drawn at each start, and other sites are refused.
import { timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import express, { type NextFunction, type Request, type Response } from 'express';
import { allowedOrigins, isAllowedOrigin } from 'security-helpers';
import { z } from 'zod';
import { root } from '../folders.ts';
import type { AttackConsole } from './attack-console.ts';
import type { Desk } from './desk.ts';

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What the page says is not as it should be. */
class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Fault = Error & { status?: number; exitCode?: number };

const action = z.union([
  z.strictObject({
    do: z.enum(['visit', 'profile', 'cart', 'reauthenticate', 'logout', 'old-id', 'forget']),
  }),
  z.strictObject({ do: z.literal('login'), as: z.enum(['ada', 'grace']) }),
]);
const cookie = z.strictObject({
  text: z.string().min(1).max(8192),
  url: z.url({ protocol: /^https?$/ }),
  example: z.string().optional(),
});

export interface PageParts {
  token: string;
  desk: Desk;
  console: AttackConsole;
  /** Where the built page is. */
  files: string;
}

export function createPageApp({ token, desk, console, files }: PageParts) {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((req, res, next) => {
    res.set({
      'Content-Security-Policy': CSP,
      'Referrer-Policy': 'no-referrer', // the address holds the token
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'no-store',
    });
    const origins = allowedOrigins(undefined, req.socket.localPort);
    // Another name for this machine is how a foreign site would reach it (DNS rebinding).
    if (!origins.includes(`http://${req.headers.host}`)) throw new Refused(421, 'Not this host.');
    if (!isAllowedOrigin(req.method, req.headers, origins)) {
      throw new Refused(403, 'Requests of other sites are refused.');
    }
    next();
  });
  app.use('/:token', (req, _res, next) => {
    if (!isSame(req.params.token, token)) {
      throw new Refused(403, 'Open the address that `npm start` has printed.');
    }
    next();
  });

  const page = express.Router();
  app.use(`/${token}`, page);
  page.use(express.json({ limit: '16kb' }));
  const subjectOf = (req: Request) => {
    const subject = desk.subject(String(req.params['name']));
    if (!subject) throw new Refused(404, 'There is no such example.');
    return subject;
  };

  page.get('/api/events', (req, res) => desk.stream(req, res, () => desk.overview()));
  page.get('/api/examples/:name/events', (req, res) => {
    const subject = subjectOf(req);
    desk.stream(req, res, () => subject.xray(), subject);
  });
  page.post('/api/examples/:name/acts', async (req, res) => {
    const subject = subjectOf(req);
    const wanted = read(action, req.body);
    await subject.inTurn(() => subject.act(wanted));
    res.json(await subject.xray());
  });
  page.post('/api/examples/:name/plugs/:plug', async (req, res) => {
    const subject = subjectOf(req);
    const { plug } = req.params;
    const found = subject.plugs().find(({ id }) => id === plug);
    if (!found) throw new Refused(404, 'There is no such plug.');
    if (found.why !== null) throw new Refused(409, found.why);
    await subject.inTurn(() => subject.pull(plug));
    desk.changed();
    res.json(await subject.xray());
  });
  page.post('/api/examples/:name/start', async (req, res) => {
    const subject = subjectOf(req);
    await subject.inTurn(async () => {
      if (!subject.processes.isUp) await subject.processes.start();
      await subject.look();
    });
    res.json(desk.overview());
  });
  page.post('/api/examples/:name/stop', async (req, res) => {
    const subject = subjectOf(req);
    await subject.inTurn(async () => {
      await subject.processes.stop();
      await subject.look();
    });
    res.json(desk.overview());
  });

  page.post('/api/cookie', (req, res) => {
    const { text, url, example } = read(cookie, req.body);
    res.json(desk.explain(text, new URL(url), example));
  });
  page.get('/api/attacks', async (_req, res) => void res.json(await console.list()));
  page.post('/api/attacks/:id', async (req, res) => {
    const { on } = read(z.strictObject({ on: z.string() }), req.body);
    const title = (await console.list()).find(({ id }) => id === req.params.id);
    if (!title?.on.includes(on)) throw new Refused(404, 'There is no such attack on this.');
    res.json(await console.play(title.id, on));
  });

  // The documents are text, and stay text: no script could come with them.
  const text = { setHeaders: (res: Response) => void res.type('text/plain; charset=utf-8') };
  page.use('/docs', express.static(join(root, 'docs'), { ...text, index: false }));
  page.get('/README.md', (_req, res) => {
    res.type('text/plain; charset=utf-8').sendFile(join(root, 'README.md'));
  });
  page.use(express.static(files));

  app.use(() => {
    throw new Refused(404, 'There is nothing here: open the address that `npm start` has printed.');
  });
  app.use((error: Fault, _req: Request, res: Response, _next: NextFunction) => {
    // What cannot be started, a taken port for instance, says why in a sentence for people.
    const isSaid = error.exitCode !== undefined || error.name === 'NotStarted';
    const { status = isSaid ? 503 : 500 } = error;
    if (status === 500) process.stderr.write(`lab page | ${error.stack}\n`);
    const message = status === 500 ? 'The lab has a fault: see its terminal.' : error.message;
    res.status(status).json({ message });
  });
  return app;
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Refused(422, 'The request is not one of the page.');
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
