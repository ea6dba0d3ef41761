import type { Tls } from '@session-lab/services';
import { generate } from 'selfsigned';

/** An authority that nobody trusts unless told to. */
export interface Authority {
  /** Its certificate, PEM. */
  cert: string;
  /** A certificate for this name alone, and its key. */
  issue(name: string): Promise<Tls>;
}

/** Makes one, for a test: nothing of it is in the repository, nothing of it outlives the test. */
export async function newAuthority(): Promise<Authority> {
  const kind = { keyType: 'ec', algorithm: 'sha256' } as const;
  const ca = await generate([{ name: 'commonName', value: 'an authority made for a test' }], {
    ...kind,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  return {
    cert: ca.cert,
    async issue(name) {
      const issued = await generate([{ name: 'commonName', value: name }], {
        ...kind,
        ca: { key: ca.private, cert: ca.cert },
        extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
      });
      return { cert: issued.cert, key: issued.private };
    },
  };
}
