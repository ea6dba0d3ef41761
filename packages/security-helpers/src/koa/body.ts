import { parse as parseForm } from 'node:querystring';
import parse from 'co-body';
import { BODY_LIMIT, FORM_TYPE, hasBody, JSON_TYPE, mediaTypeProblem } from '../body.ts';
import { Problem, toProblem } from '../problem.ts';
import type { Context, Middleware } from './context.ts';

const FIELD_LIMIT = 1000;

/**
 * Reads JSON and plain forms, up to 16 KiB, into `ctx.request.body`, and refuses any other content
 * type.
 */
export function readBody(): Middleware {
  return async (ctx, next) => {
    if (!hasBody(ctx.headers)) return next();
    if (!ctx.is([JSON_TYPE, FORM_TYPE])) throw mediaTypeProblem();
    if (!['', 'utf-8'].includes(ctx.request.charset.toLowerCase())) {
      throw new Problem(415, 'media_type', 'This character set is not supported.');
    }
    try {
      ctx.request.body = await (isForm(ctx) ? readForm(ctx) : readJson(ctx));
    } catch (error) {
      // What was not read yet would stand in front of the next request on this connection.
      ctx.req.unpipe();
      ctx.req.resume();
      throw explain(error);
    }
    return next();
  };
}

/** Whether a request comes from a form on our page: it wants a page in return. */
export function isForm(ctx: Context): boolean {
  return Boolean(ctx.is(FORM_TYPE));
}

async function readJson(ctx: Context): Promise<unknown> {
  // `__proto__` is refused with every other key that nobody asked for, where input is checked.
  const options = { limit: BODY_LIMIT, strict: true, onProtoPoisoning: 'ignore' };
  return parse.json(ctx, options);
}

async function readForm(ctx: Context): Promise<unknown> {
  const text: string = await parse.text(ctx, { limit: BODY_LIMIT });
  if (text.split('&').length > FIELD_LIMIT) {
    throw new Problem(413, 'body_too_large', 'The body has too many fields.');
  }
  return { ...parseForm(text) };
}

/** co-body says what was wrong with a status only, and zlib with neither. */
function explain(error: unknown): unknown {
  if (error instanceof Problem) return error;
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (status === 415) {
    return new Problem(415, 'media_type', 'This content encoding is not supported.');
  }
  if (type !== undefined) return toProblem(error);
  return new Problem(400, 'malformed_body', 'The body is not well-formed.');
}
