import type { ErrorRequestHandler } from 'express';

/** Answers a request that failed. */
export const answerError: ErrorRequestHandler = (error, _req, res, next) => {
  console.error(error.message);
  if (res.headersSent) return next(error);
  // What is wrong with a request has a status: 400 for instance. What has none is the store's.
  if (error.status) return void res.status(error.status).json({ detail: 'Something went wrong.' });
  res.status(503).set('Retry-After', '2').json({ detail: 'Please try again in a moment.' });
};
