import type { ErrorRequestHandler } from 'express';

/** Answers a request that failed. */
export const answerError: ErrorRequestHandler = (error: Error, _req, res, _next) => {
  console.error(error.message);
  res.status(500).json({ detail: 'Something went wrong.' });
};
