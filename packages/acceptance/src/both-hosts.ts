/** One URL for two servers with the same accounts, as the first URL has them. */
export function bothHosts(url: string, other: string): string {
  const both = url.replace(new URL(url).host, (host) => `${host},${new URL(other).host}`);
  return `${both}?target_session_attrs=read-write`;
}
