import type { ErrorRequestHandler } from 'express';

/** Answers a request that failed. */
export const answerError: ErrorRequestHandler = (error, req, res, next) => {
  console.error(error.message);
  if (res.headersSent) return next(error);
  // No session could be read: whoever this is has to log in.
  if (!req.session) return void res.status(401).json({ detail: 'Please log in first.' });
  res.status(500).json({ detail: 'Something went wrong.' });
};
