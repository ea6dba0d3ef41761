import type { Audit } from '../audit.ts';
import type { Config } from '../config.ts';
import { csrfProblem, isCsrfToken } from '../csrf.ts';
import { readForwarded } from '../forwarded.ts';
import { authorityOf, changeOf, clientOf, type Identity } from '../identity.ts';
import type { SessionKeys } from '../keys.ts';
import { allowedOrigins, isAllowedOrigin, isSafeMethod, originProblem } from '../origin-check.ts';
import { inRequest } from '../request-context.ts';
import { STRICT_TRANSPORT_SECURITY, securityHeaders } from '../security-headers.ts';
import { sentCookie, verifiedId } from '../sent-cookie.ts';
import type { Throttle } from '../throttle.ts';
import { addressOverTls } from '../tls.ts';
import type { Context, Middleware } from './context.ts';
import { changeId } from './log-in.ts';
import { dataOf, storeOf } from './session-store.ts';

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
 * Slows down whoever tries one session cookie after the other (OWASP Session Management CS, "session
 * ID guessing and brute force detection"). A browser that keeps sending one dead cookie is not.
 */
export function limitUnknownCookies(throttle: Throttle): Middleware {
  return async (ctx, next) => {
    const { refused, verifiedId: id } = sentCookie(ctx);
    const value = refused ?? (storeOf(ctx).isLost(ctx) ? id : undefined);
    if (value !== undefined) await throttle.countUnknownCookie(value);
    return next();
  };
}

/**
 * Looks after the session of a user on each request:
 *
 * - the account is gone or was disabled: the session ends;
 * - a role was given or taken: it gets a new id, and sensitive changes need the password again;
 * - it turns up on another client: that is noted, and sensitive changes need the password again;
 * - its id is old: it gets a new one, and the old one works a little longer.
 *
 * @param find the user with this id as of now; undefined when there is none (any more).
 */
export function keepSession(find: (userId: string) => Identity | undefined): Middleware {
  return async (ctx, next) => {
    if (storeOf(ctx).keyOf(ctx) !== undefined) await keep(ctx, find);
    return next();
  };
}

async function keep(ctx: Context, find: (userId: string) => Identity | undefined): Promise<void> {
  const store = storeOf(ctx);
  const { userId } = ctx.session;
  if (userId !== undefined) {
    const user = find(userId);
    const userAgent = ctx.headers['user-agent'];
    const change = changeOf(ctx.session, user, userAgent);
    const key = store.keyOf(ctx);
    if (change === 'account') {
      await store.end(ctx);
      store.forget(ctx, { lost: true });
      ctx.session = {};
      return store.audit('session_revoked', { key, userId, reason: 'account' });
    }
    if (change !== undefined) delete ctx.session.freshUntil;
    if (change === 'authority' && user) {
      const data = dataOf(ctx.session.toJSON());
      await changeId(ctx, { ...data, authority: authorityOf(user) });
      return mustSend(ctx, store.idOf(ctx));
    }
    if (change === 'client') {
      store.audit('client_changed', { key, userId });
      // Whichever of two at once: neither is told that the other was faster.
      return store.change(ctx, (data) => {
        Object.assign(data, { client: clientOf(userAgent) });
      });
    }
  }
  mustSend(ctx, await store.renew(ctx));
}

/** With an error as well: without the new id, the user would be logged out by what was not theirs. */
function mustSend(ctx: Context, id: string | undefined): void {
  if (id) sentCookie(ctx).send = { id, rememberUntil: ctx.session.rememberUntil };
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
    audit('csrf_rejected', { key: store.keyOf(ctx), userId });
    throw csrfProblem();
  };
}
