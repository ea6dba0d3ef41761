import type { ErrorRequestHandler } from 'express';
import { StoreAway } from './store.ts';

/** Answers a request that failed. */
export const answerError: ErrorRequestHandler = (error: Failure, _req, res, next) => {
  console.error(error.message);
  // express-session saves while the answer is on its way: there is none to give any more.
  if (res.headersSent) return next(error);
  if (error instanceof StoreAway) {
    // Not 401: the session may be alive, and a browser that is told so would ask for the password.
    res.status(503).set('Retry-After', '2').json({ detail: 'Please try again in a moment.' });
    return;
  }
  res.status(error.status ?? 500).json({ detail: 'Something went wrong.' });
};

interface Failure extends Error {
  /** Of a request that cannot be read, 400 for instance. */
  status?: number;
}
