import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolderOf, type ServerUser } from './postgres/user.ts';

/** The certificate that a server shows, and its key: PEM. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** Where a server finds the two. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** In a container: see `withTlsFiles`. */
export const containerTlsFiles: TlsFiles = { cert: '/tmp/cert.pem', key: '/tmp/key.pem' };

/** Writes both into a folder that nobody but the server's user can enter: Postgres insists. */
export function writeTlsFiles(parent: string, tls: Tls, user?: ServerUser): TlsFiles {
  const folder = join(parent, 'tls');
  makeFolderOf(folder, user);
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  for (const name of ['cert', 'key'] as const) {
    writeFileSync(files[name], tls[name], { mode: 0o600 });
    if (user) chownSync(files[name], user.uid, user.gid);
  }
  return files;
}

/**
 * The command of a container, with files for it to begin with. Their texts come by the environment,
 * which is on no command line.
 */
export function withTlsFiles(user: string, command: readonly string[]): string[] {
  const { cert, key } = containerTlsFiles;
  const script = [
    `umask 077; printf %s "$TLS_CERT" >${cert}; printf %s "$TLS_KEY" >${key}`,
    `chown ${user} ${cert} ${key}; exec docker-entrypoint.sh "$@"`,
  ].join('; ');
  return ['sh', '-c', script, 'sh', ...command];
}

export const tlsEnvironment = ({ cert, key }: Tls) => ({ TLS_CERT: cert, TLS_KEY: key });
