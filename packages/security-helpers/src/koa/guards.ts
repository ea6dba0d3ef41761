import type { Audit } from '../audit.ts';
import type { Config } from '../config.ts';
import { csrfProblem, isCsrfToken } from '../csrf.ts';
import { readForwarded } from '../forwarded.ts';
import type { SessionKeys } from '../keys.ts';
import { allowedOrigins, isAllowedOrigin, isSafeMethod, originProblem } from '../origin-check.ts';
import { inRequest } from '../request-context.ts';
import { STRICT_TRANSPORT_SECURITY, securityHeaders } from '../security-headers.ts';
import { addressOverTls } from '../tls.ts';
import type { Middleware } from './context.ts';
import { storeOf } from './session-store.ts';
import { verifiedId } from './verified-id.ts';

/**
 * Gives each request its own store budget, and believes exactly the proxies that are ours.
 *
 * Koa's `app.proxy` is all or nothing: it takes the left-most entry of each header, which came from
 * the client. From here on there is one, of what our outermost proxy saw.
 */
export function requestContext({ trustProxyHops }: Config): Middleware {
  return (ctx, next) => {
    const { client, secure } = readForwarded(ctx.req, trustProxyHops);
    if (trustProxyHops > 0) {
      const { headers } = ctx.req;
      headers['x-forwarded-proto'] = secure ? 'https' : 'http';
      headers['x-forwarded-for'] = client ?? '';
      delete headers['x-forwarded-host'];
    }
    return inRequest({ client }, next);
  };
}

/** @see securityHeaders */
export function setSecurityHeaders({ production }: Config, styleHash?: string): Middleware {
  const headers = securityHeaders(styleHash);
  if (production) headers['Strict-Transport-Security'] = STRICT_TRANSPORT_SECURITY;
  return (ctx, next) => {
    ctx.set(headers);
    return next();
  };
}

/**
 * In production, nothing goes on that did not arrive over TLS: no session is read, made or sent.
 *
 * @see addressOverTls
 */
export function requireTls({ production, publicOrigin }: Config): Middleware {
  return (ctx, next) => {
    if (!production || ctx.secure) return next();
    const address = addressOverTls(ctx.method, ctx.originalUrl, publicOrigin);
    ctx.status = 308;
    ctx.redirect(address);
    return Promise.resolve();
  };
}

/** @see isAllowedOrigin */
export function requireOwnOrigin(config: Config, audit: Audit): Middleware {
  return (ctx, next) => {
    const own = allowedOrigins(config.publicOrigin, ctx.socket.localPort);
    if (isAllowedOrigin(ctx.method, ctx.headers, own)) return next();
    audit('origin_rejected');
    throw originProblem();
  };
}

/**
 * Asks for the session's token whenever a request that carries a live session wants to change
 * something. The token comes in a header or a form field: not in a URL, where logs and `Referer`
 * would see it, and not in a cookie, which a browser sends by itself.
 */
export function requireCsrfToken(keys: SessionKeys, audit: Audit): Middleware {
  return (ctx, next) => {
    if (isSafeMethod(ctx.method)) return next();
    const store = storeOf(ctx);
    // In front of koa-session, `ctx.session` is there already, but empty: nothing would be refused.
    if (verifiedId(ctx) !== undefined && !store.wasAsked(ctx)) {
      throw new TypeError('koa-session has to come before the check of the token');
    }
    const { handle, userId } = ctx.session ?? {};
    if (handle === undefined) return next();
    const body = ctx.request.body as { _csrf?: unknown } | undefined;
    if (isCsrfToken(keys, handle, ctx.headers['x-csrf-token'] ?? body?._csrf)) return next();
    audit('csrf_rejected', { sessionId: store.idOf(ctx), userId });
    throw csrfProblem();
  };
}
