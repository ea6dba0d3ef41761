import { isIPv4, isIPv6 } from 'node:net';
import bowser from 'bowser';

/**
 * Where a request comes from, as coarsely as a person would say it: `Firefox on Linux, 203.0.113.*`.
 *
 * For a list of one's sessions, and to notice that a session turns up elsewhere. It proves nothing:
 * a thief sends the same `User-Agent`, and an honest phone changes its network all day. No version,
 * which changes with each update, and no whole address, which is personal data.
 *
 * @param userAgent the header, as it came.
 * @param address of the client, by the hops that are trusted.
 */
export function clientLabel(userAgent: string | undefined, address: string | undefined): string {
  const { browser, os } = bowser.parse((userAgent || 'unknown').slice(0, 500));
  const program = browser.name || 'An unknown program';
  const label = os.name ? `${program} on ${os.name}` : program;
  return `${label.slice(0, 60)}, ${network(address)}`;
}

function network(address = ''): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(plain)) return plain.replace(/\d+$/, '*');
  if (isIPv6(plain)) return `${plain.split(':').slice(0, 3).join(':')}:*`;
  return 'an unknown network';
}
