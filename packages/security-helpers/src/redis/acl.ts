/** What it takes to work with each kind of keys, `<namespace>:<kind>:…`. */
const COMMANDS = {
  /** session records */
  session: ['get', 'set', 'getdel', 'del', 'eval'],
  /** the list of each user's records */
  user: ['zrange', 'eval', 'time', 'zadd', 'pexpire', 'zrem'],
  /** counters of failed logins */
  throttle: ['eval', 'set', 'incrby', 'pttl', 'expire', 'del'],
  /** copies of session records; a copy is believed only by the process that INFO names */
  hot: ['getex', 'set', 'del', 'eval', 'info'],
} as const;

export type KeyKind = keyof typeof COMMANDS;

/**
 * What the account of an application may do in Redis: with its own keys what sessions need, and
 * nothing else; no SCAN, which lists the keys of others as well. Scripts have no more rights than
 * who sends them.
 *
 * @param options what it needs besides.
 * @param options.cluster whether it has to ask a cluster where the keys are.
 * @param options.wait whether it waits for replicas (`REDIS_WAIT_REPLICAS`).
 * @returns ACL rules: they go behind the name and the password of a user, in `ACL SETUSER` or in a
 *   line of redis.conf. The user `default` has to be off, or nobody needs this one.
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
 * @example `user shop on >password ${redisAcl('shop', ['session'])}`
 */
export function redisAcl(
  namespace: string,
  kinds: readonly KeyKind[],
  { cluster = false, wait = false } = {},
): string {
  const keys = kinds.map((kind) => `~${namespace}:${kind}:*`);
  // HELLO and AUTH are open to everybody.
  const always = cluster ? ['ping', 'cluster|slots', 'asking'] : ['ping'];
  const commands = new Set([
    ...always,
    ...kinds.flatMap((kind) => COMMANDS[kind]),
    ...(wait ? ['wait', 'pttl', 'pexpire'] : []),
  ]);
  const allowed = [...commands].map((command) => `+${command}`);
  return ['resetkeys', ...keys, 'resetchannels', '-@all', ...allowed].join(' ');
}
