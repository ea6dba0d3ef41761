import type { Outcome, Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

/**
 * Somebody on the line has turned the victim's https into plain http, and claims that it was TLS. A
 * proxy appends what it saw itself.
 */
export async function attack({ person }: Surface): Promise<Outcome> {
  const claims = [
    { 'x-forwarded-proto': 'https, http' },
    { 'x-forwarded-proto': 'https, http', 'x-forwarded-for': '127.0.0.1, 203.0.113.7' },
    { 'x-forwarded-proto': 'https, http', forwarded: 'proto=https', 'x-forwarded-ssl': 'on' },
  ];
  for (const headers of claims) {
    const { setCookies } = await person('victim, over plain http').post('/login', ADA, headers);
    if (setCookies.length > 0) {
      const evidence = 'the session cookie, though Secure, went over plain http: it can be read';
      return { won: true, evidence };
    }
  }
  return { won: false, evidence: `${claims.length} claims to be TLS brought no cookie` };
}
