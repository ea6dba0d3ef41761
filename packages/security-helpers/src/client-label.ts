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
  return `${programOf((userAgent || 'unknown').slice(0, 500))}, ${network(address)}`;
}

/** Some hundred expressions are tried on each: as much as half of the other work of a request. */
const known = new Map<string, string>();
const MOST_KNOWN = 500; // anybody can send a new one with each request

function programOf(userAgent: string): string {
  const before = known.get(userAgent);
  if (before !== undefined) return before;
  const { browser, os } = bowser.parse(userAgent);
  const program = browser.name || 'An unknown program';
  const label = (os.name ? `${program} on ${os.name}` : program).slice(0, 60);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(userAgent, label);
  return label;
}

function network(address = ''): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(plain)) return plain.replace(/\d+$/, '*');
  if (isIPv6(plain)) return `${plain.split(':').slice(0, 3).join(':')}:*`;
  return 'an unknown network';
}
