import { ConfigError, tlsProblems } from './config.ts';

/** How a server is to reach a store, as the store's URL says it. */
export interface StoreLine {
  /** The variable that holds the URL. */
  setting: string;
  /** The name or address that is really called. */
  host: string;
  /** Whether TLS is used, and certificate and name are checked; or neither; or something between. */
  tls: 'checked' | 'none' | 'unchecked';
  /** What the URL must do to be `checked`, after "must". */
  demand: string;
}

// A socket in the file system, which node-postgres takes for a host, crosses no network either.
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|(\/|%2f).*)$/i;

/**
 * In production, a line to a store is encrypted and checked, or on loopback, or somebody has decided
 * that its network is private: ALLOW_PLAIN_STORE=1. Who listens elsewhere sees which session is
 * whose and can play a record back; who answers in the store's place decides who is logged in
 * (ASVS 5.0 12.3.1, 12.3.2).
 *
 * @throws ConfigError
 */
export function requireCheckedLine(env: NodeJS.ProcessEnv, line: StoreLine): void {
  if (env['NODE_ENV'] !== 'production') return;
  const [problem] = tlsProblems(env); // `npm run migrate` reads no other setting
  if (problem) throw new ConfigError(problem);
  const mayBePlain = LOOPBACK.test(line.host) || env['ALLOW_PLAIN_STORE'] === '1';
  if (line.tls === 'checked' || (line.tls === 'none' && mayBePlain)) return;
  throw new ConfigError(
    `${line.setting} must ${line.demand} in production, so that the line is encrypted and the ` +
      'server checked; ALLOW_PLAIN_STORE=1 accepts one without TLS, on a private network',
  );
}
