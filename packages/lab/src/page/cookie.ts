// A cookie in words: what its name and attributes make a browser do (RFC 6265bis).
import { isSessionId } from 'security-helpers';
import * as express from 'security-helpers/express';
import * as koa from 'security-helpers/koa';
import type { CookieInWords } from './api.ts';

export interface Context {
  /** Where the answer came from; decides what `Secure` and a missing `Domain` mean. */
  url: URL;
  /** That sign cookies, newest first. */
  keys: readonly string[];
  /** The value of `<name>.sig`, where the signature is a cookie of its own. */
  signature?: string | undefined;
}

type Attribute = CookieInWords['attributes'][number];

/** A `Set-Cookie` line, a `name=value`, or a value alone. */
export function explainCookie(text: string, context: Context): CookieInWords {
  const line = text.trim().replace(/^set-cookie:\s*/i, '');
  const [pair = '', ...rest] = line.split(';').map((part) => part.trim());
  const equals = pair.indexOf('=');
  const isValueOnly = equals < 0 || !/^[\w!#$%&'*+.^`|~-]+$/.test(pair.slice(0, equals));
  const name = isValueOnly ? '' : pair.slice(0, equals);
  const value = isValueOnly ? pair : pair.slice(equals + 1);
  const given = new Map(rest.filter(Boolean).map(splitAttribute));
  const { problems, warnings } = judge(name, given, context.url);
  return {
    name,
    prefix: prefixOf(name),
    value,
    id: idOf(value),
    attributes: inWords(given, context.url),
    warnings: [...problems, ...warnings],
    fate: fateOf(problems, given),
    signature: signatureOf(name, value, context),
  };
}

function splitAttribute(part: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^([^=]*)=?(.*)$/.exec(part) ?? [];
  return [name.trim().toLowerCase(), value.trim()];
}

function prefixOf(name: string): string {
  const lower = name.toLowerCase(); // browsers compare prefixes without regard to case
  if (lower.startsWith('__host-')) {
    return '__Host-: only with Secure, Path=/ and no Domain; no sibling host can set it.';
  }
  if (lower.startsWith('__secure-')) return '__Secure-: only with Secure.';
  return 'No prefix: a sibling host, or plain http, can set a cookie of this name.';
}

const WORDS: Record<string, (value: string, url: URL) => string> = {
  httponly: () => 'Scripts cannot read it: document.cookie does not show it.',
  secure: () => 'Sent over https only. Browsers make an exception for this machine (loopback).',
  path: (value) => `Sent for ${value === '/' ? 'every path' : `paths below ${value}`} of the host.`,
  domain: (value) => `Sent to ${value.replace(/^\./, '')} and to every host below it.`,
  'max-age': (value) =>
    Number(value) <= 0
      ? 'Deletes it now.'
      : `Kept for ${value} seconds, the browser closed or not.`,
  expires: (value) =>
    Date.parse(value) <= Date.now()
      ? 'In the past: deletes it. Max-Age wins where both are there.'
      : `Kept until ${value}. Max-Age wins where both are there.`,
  partitioned: () => 'A jar of its own for each site that embeds yours.',
  priority: () => 'Which cookies go first when there are too many. Chromium only.',
};

const SPELLED: Record<string, string> = {
  httponly: 'HttpOnly',
  secure: 'Secure',
  path: 'Path',
  domain: 'Domain',
  'max-age': 'Max-Age',
  expires: 'Expires',
  samesite: 'SameSite',
  partitioned: 'Partitioned',
  priority: 'Priority',
};

const SAME_SITE: Record<string, string> = {
  strict: 'Never sent with a request that another site has begun, not even by a link.',
  lax: 'From another site it is sent with links that one follows, never with a POST or in a frame.',
  none: 'Sent with every request, whichever site has begun it.',
};

function inWords(given: ReadonlyMap<string, string>, url: URL): Attribute[] {
  const known = [...given].map(([name, value]) => ({
    name: SPELLED[name] ?? name,
    value,
    words: say(name, value, url),
  }));
  const missing: Attribute[] = [];
  const miss = (name: string, words: string) => {
    if (given.has(name)) return;
    missing.push({ name: `no ${SPELLED[name]}`, value: '', words });
  };
  miss('domain', `Sent to ${url.hostname} alone, on every port: cookies know no ports.`);
  if (!given.has('expires')) miss('max-age', 'Goes with the browser session.');
  return [...known, ...missing];
}

function say(name: string, value: string, url: URL): string {
  if (name === 'samesite') {
    return SAME_SITE[value.toLowerCase()] ?? 'No value that browsers know: they take it as Lax.';
  }
  return WORDS[name]?.(value, url) ?? 'No attribute that browsers know: they ignore it.';
}

/** `problems` keep a browser from taking it at all. */
function judge(name: string, given: ReadonlyMap<string, string>, url: URL) {
  const [problems, warnings]: [string[], string[]] = [[], []];
  const [lower, isSecure] = [name.toLowerCase(), given.has('secure')];
  const sameSite = given.get('samesite')?.toLowerCase();
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (lower.startsWith('__host-')) {
    if (given.has('domain')) problems.push('__Host- with Domain: browsers drop it.');
    if (!isSecure) problems.push('__Host- without Secure: browsers drop it.');
    if (given.get('path') !== '/') problems.push('__Host- without Path=/: browsers drop it.');
  }
  if (lower.startsWith('__secure-') && !isSecure) {
    problems.push('__Secure- without Secure: browsers drop it.');
  }
  if (sameSite === 'none' && !isSecure) {
    problems.push('SameSite=None without Secure: browsers drop it.');
  }
  if (isSecure && url.protocol === 'http:') {
    if (isLoopback) warnings.push('Secure on http: taken on this machine, and nowhere else.');
    else problems.push('Secure on http: browsers drop it.');
  }
  if (given.size === 0) return { problems, warnings };
  if (sameSite === 'none') {
    warnings.push(
      'SameSite=None is for third-party contexts: any site can make requests with it, and browsers ' +
        'that block third-party cookies do not send it there.',
    );
  }
  if (sameSite === undefined) {
    warnings.push(
      'No SameSite: Chromium takes it as Lax, but lets POSTs of other sites through for two ' +
        'minutes; others send it with everything.',
    );
  }
  if (!given.has('httponly')) warnings.push('No HttpOnly: a script that got in can read it.');
  if (!isSecure && !isLoopback) warnings.push('No Secure: it travels over plain http as well.');
  if (given.has('domain')) warnings.push('Domain: every sibling host gets it, and can replace it.');
  return { problems, warnings };
}

function fateOf(problems: readonly string[], given: ReadonlyMap<string, string>): string {
  if (problems.length > 0) return 'A browser drops it.';
  if (given.size === 0) return 'A value alone: what a browser sends back, without any attribute.';
  const [age, expires] = [given.get('max-age'), given.get('expires')];
  const isOver = age !== undefined ? Number(age) <= 0 : Date.parse(expires ?? '') <= Date.now();
  return isOver ? 'A browser deletes the cookie of this name.' : 'A browser keeps it.';
}

/** In Express between `s:` and the dot, in Koa all of it. */
function idOf(value: string): string | null {
  const [, id = value] = /^s:([^.]+)\./.exec(decode(value)) ?? [];
  return isSessionId(id) ? id : null;
}

function signatureOf(name: string, value: string, context: Context): string | null {
  const decoded = decode(value);
  if (decoded.startsWith('s:')) {
    return sayKey(express.verify(decoded, context.keys), context.keys.length);
  }
  if (context.signature === undefined) {
    return isSessionId(value) ? 'None in here: Koa has it in a cookie of its own, .sig.' : null;
  }
  const found = koa.verify(name, { id: value, signature: context.signature }, context.keys);
  return sayKey(found, context.keys.length);
}

function sayKey(found: { keyIndex: number } | undefined, of: number): string {
  if (!found) return `Not valid with ${of === 1 ? 'the secret' : `any of ${of} secrets`}.`;
  return found.keyIndex === 0
    ? `Valid, with the newest secret (of ${of}).`
    : `Valid, with secret ${found.keyIndex + 1} of ${of}: the next answer signs it anew.`;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
