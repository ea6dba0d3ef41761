/** What the proxies in front say of a request, as far as they are trusted. */
export interface Forwarded {
  /** The client's address: the socket's, or the one that the outermost trusted proxy saw. */
  client: string | undefined;
  /** Whether the client spoke TLS to us or to the outermost trusted proxy. */
  secure: boolean;
}

/**
 * Reads `X-Forwarded-For` and `X-Forwarded-Proto` by counting hops from the right: each proxy of
 * ours appends what it saw, and everything further left came with the request and may be a lie.
 * Taking the left-most entry, as `trust proxy: true` does, lets every client choose its own address
 * (Express guide "behind proxies").
 *
 * @param hops how many proxies of ours are in front; 0 means no header is believed.
 */
export function readForwarded(
  request: {
    headers: Readonly<Record<string, string | string[] | undefined>>;
    socket: { remoteAddress?: string | undefined; encrypted?: boolean };
  },
  hops: number,
): Forwarded {
  const { remoteAddress: client, encrypted: secure = false } = request.socket;
  if (hops === 0) return { client, secure };
  const protocol = fromTheRight(request.headers['x-forwarded-proto'], hops);
  return {
    client: fromTheRight(request.headers['x-forwarded-for'], hops) ?? client,
    secure: protocol === undefined ? secure : protocol === 'https',
  };
}

function fromTheRight(header: string | string[] | undefined, hops: number): string | undefined {
  const entries = [header ?? []].flat().flatMap((line) => line.split(','));
  return entries[Math.max(0, entries.length - hops)]?.trim();
}
