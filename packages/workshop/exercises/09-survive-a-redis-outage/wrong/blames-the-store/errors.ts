import type { ErrorRequestHandler } from 'express';

/** Answers a request that failed. */
export const answerError: ErrorRequestHandler = (error, _req, res, next) => {
  console.error(error.message);
  if (res.headersSent) return next(error);
  res.status(503).set('Retry-After', '2').json({ detail: 'Please try again in a moment.' });
};
