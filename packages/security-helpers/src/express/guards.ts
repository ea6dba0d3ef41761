import { serialize } from 'cookie';
import express, { type Request, type RequestHandler } from 'express';
import onHeaders from 'on-headers';
import type { Audit } from '../audit.ts';
import { BODY_LIMIT, FORM_TYPE, hasBody, JSON_TYPE, mediaTypeProblem } from '../body.ts';
import type { Config } from '../config.ts';
import type { CookiePolicy } from '../cookie-policy.ts';
import { csrfProblem, isCsrfToken } from '../csrf.ts';
import { readForwarded } from '../forwarded.ts';
import { authorityOf, changeOf, clientOf, type Identity } from '../identity.ts';
import type { SessionKeys } from '../keys.ts';
import { allowedOrigins, isAllowedOrigin, isSafeMethod, originProblem } from '../origin-check.ts';
import { inRequest } from '../request-context.ts';
import { STRICT_TRANSPORT_SECURITY, securityHeaders } from '../security-headers.ts';
import { rememberSentCookie, sentCookie } from '../sent-cookie.ts';
import {
  findSessionCookie,
  remembered,
  type SentCookie,
  withoutCookie,
} from '../session-cookie.ts';
import type { Throttle } from '../throttle.ts';
import { addressOverTls } from '../tls.ts';
import { sign, verify } from './cookie-signature.ts';
import { changeId, changeSession, startAnew, storeOf } from './session-store.ts';

/** Gives each request its own store budget, and believes exactly the proxies that are ours. */
export function requestContext({ trustProxyHops }: Config): RequestHandler {
  return (req, _res, next) => {
    const { client, secure } = readForwarded(req, trustProxyHops);
    // Express reads the left-most entry, which came from the client. From here on there is one.
    if (trustProxyHops > 0) req.headers['x-forwarded-proto'] = secure ? 'https' : 'http';
    inRequest({ client }, next);
  };
}

/** @see securityHeaders */
export function setSecurityHeaders({ production }: Config, styleHash?: string): RequestHandler {
  const headers = securityHeaders(styleHash);
  if (production) headers['Strict-Transport-Security'] = STRICT_TRANSPORT_SECURITY;
  return (req, res, next) => {
    res.set(headers);
    // Nothing may be cached, so nothing can be "not modified"; `If-None-Match: *` would be a 304.
    delete req.headers['if-none-match'];
    delete req.headers['if-modified-since'];
    next();
  };
}

/**
 * In production, nothing goes on that did not arrive over TLS: no session is read, made or sent.
 *
 * @see addressOverTls
 */
export function requireTls({ production, publicOrigin }: Config): RequestHandler {
  return (req, res, next) => {
    if (!production || req.secure) return next();
    res.redirect(308, addressOverTls(req.method, req.originalUrl, publicOrigin));
  };
}

/** @see isAllowedOrigin */
export function requireOwnOrigin(config: Config, audit: Audit): RequestHandler {
  return (req, _res, next) => {
    const own = allowedOrigins(config.publicOrigin, req.socket.localPort);
    if (isAllowedOrigin(req.method, req.headers, own)) return next();
    audit('origin_rejected');
    throw originProblem();
  };
}

/** Reads JSON and plain forms, up to 16 KiB, and refuses any other content type. */
export function readBody(): RequestHandler[] {
  const refuseOthers: RequestHandler = (req, _res, next) => {
    // Not req.is() alone: it takes `Content-Length: 0` for a body.
    if (!hasBody(req.headers) || req.is([JSON_TYPE, FORM_TYPE])) return next();
    throw mediaTypeProblem();
  };
  return [
    refuseOthers,
    express.json({ limit: BODY_LIMIT, type: JSON_TYPE }),
    express.urlencoded({ limit: BODY_LIMIT, type: FORM_TYPE, extended: false }),
  ];
}

/** Whether a request comes from a form on our page: it wants a page in return. */
export function isForm(req: Request): boolean {
  return Boolean(req.is(FORM_TYPE));
}

/**
 * Judges the session cookie before express-session sees it.
 *
 * Two of them, a wrong signature or anything that is not an id of ours: the request goes on without
 * a session, and the store is not asked. A cookie signed with an older secret is signed anew once
 * its session was found, so that the old secret can be dropped later; express-session verifies with
 * all secrets but signs again only when it sets the cookie for another reason.
 *
 * Nothing is cleared here: this answer may overtake that of a login that has just set a new one, and
 * after a planted twin, clearing ours would leave the planted one alone in the browser.
 */
export function sessionCookie(
  policy: CookiePolicy,
  keys: SessionKeys,
  audit: Audit,
): RequestHandler {
  return (req, res, next) => {
    const found = findSessionCookie(req.headers.cookie, policy.name);
    if (found.kind === 'none') return next();
    const verified = found.kind === 'one' ? verify(found.value, keys.cookie) : undefined;
    if (!verified) {
      audit('cookie_rejected', { reason: found.kind === 'one' ? 'signature' : 'duplicate' });
      rememberSentCookie(req, { refused: found.kind === 'one' ? found.value : 'several' });
      req.headers.cookie = withoutCookie(req.headers.cookie, policy.name);
      // Where there is no such cookie, express-session takes what cookie-parser has read of it.
      for (const parsed of [req.cookies, req.signedCookies]) delete parsed?.[policy.name];
      return next();
    }
    const { id, keyIndex } = verified;
    const cookie: SentCookie = { verifiedId: id };
    rememberSentCookie(req, cookie);
    // Called after express-session's own listener, which has set a cookie if the id changed.
    onHeaders(res, () => {
      const { session } = req;
      if (session && session.id !== id) return;
      const isOld = keyIndex > 0 && session && storeOf(req).isStored(session);
      const send = cookie.send ?? (isOld ? session : undefined);
      if (!send) return;
      const { clock } = storeOf(req).hardened;
      const attributes = { ...policy.attributes, ...remembered(send, clock.now()) };
      const value = sign(send.id, keys.cookie[0]);
      res.append('Set-Cookie', serialize(policy.name, value, attributes));
    });
    next();
  };
}

/**
 * Slows down whoever tries one session cookie after the other (OWASP Session Management CS, "session
 * ID guessing and brute force detection"). A browser that keeps sending one dead cookie is not.
 */
export function limitUnknownCookies(throttle: Throttle): RequestHandler {
  return (req, _res, next) => {
    const { refused, verifiedId: id } = sentCookie(req);
    const isUnknown = id !== undefined && req.session !== undefined && !isStored(req);
    const value = refused ?? (isUnknown ? id : undefined);
    if (value === undefined) return next();
    return throttle.countUnknownCookie(value).then(() => next());
  };
}

function isStored(req: Request): boolean {
  return storeOf(req).isStored(req.session);
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
export function keepSession(find: (userId: string) => Identity | undefined): RequestHandler {
  return async (req, _res, next) => {
    if (req.session !== undefined && isStored(req)) await keep(req, find);
    next();
  };
}

async function keep(req: Request, find: (userId: string) => Identity | undefined): Promise<void> {
  const store = storeOf(req);
  const { userId } = req.session;
  if (userId !== undefined) {
    const user = find(userId);
    const userAgent = req.headers['user-agent'];
    const change = changeOf(req.session, user, userAgent);
    const key = store.keyOf(req);
    if (change === 'account') {
      await startAnew(req);
      return store.audit('session_revoked', { key, userId, reason: 'account' });
    }
    if (change !== undefined) delete req.session.freshUntil;
    if (change === 'authority' && user) {
      req.session.authority = authorityOf(user);
      await changeId(req);
      return mustSend(req, req.session.id);
    }
    if (change === 'client') {
      store.audit('client_changed', { key, userId });
      // Whichever of two at once: neither is told that the other was faster.
      return changeSession(req, (data) => {
        data.client = clientOf(userAgent);
      });
    }
  }
  const renewed = await store.renew(req.session);
  if (renewed !== undefined) mustSend(req, renewed);
}

/** With an error as well: without the new id, the user would be logged out by what was not theirs. */
function mustSend(req: Request, id: string): void {
  sentCookie(req).send = { id, rememberUntil: req.session.rememberUntil };
}

/**
 * Asks for the session's token whenever a request that carries a live session wants to change
 * something. The token comes in a header or a form field: not in a URL, where logs and `Referer`
 * would see it, and not in a cookie, which a browser sends by itself.
 */
export function requireCsrfToken(keys: SessionKeys, audit: Audit): RequestHandler {
  return (req, _res, next) => {
    if (isSafeMethod(req.method)) return next();
    // In front of the session there is no handle, and nothing would ever be refused. For anything
    // that is no path (`POST *`) express-session makes no session, and there is nothing to protect.
    if (req.path.startsWith('/')) storeOf(req);
    const { handle } = req.session ?? {};
    if (handle === undefined) return next();
    const token: unknown = req.headers['x-csrf-token'] ?? req.body?._csrf;
    if (isCsrfToken(keys, handle, token)) return next();
    audit('csrf_rejected', { key: storeOf(req).keyOf(req), userId: req.session.userId });
    throw csrfProblem();
  };
}
