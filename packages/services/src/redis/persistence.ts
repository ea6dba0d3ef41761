/**
 * What Redis writes to disk, and so what a restart brings back:
 * - `none`: nothing; every restart is empty
 * - `aof-everysec`: each write, flushed once a second; a crash loses about a second (of a power
 *   cut, too; a mere SIGKILL usually loses less, because the kernel still holds the rest)
 * - `aof-always`: each write, flushed before it is confirmed
 * - `rdb`: a snapshot now and then and at a graceful stop; a crash loses what came after it
 *
 * Source: https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
 */
export type RedisPersistence = 'none' | 'aof-everysec' | 'aof-always' | 'rdb';

/** Every mode is spelled out, so that a default of some version cannot change what a lab shows. */
export function persistenceArguments(mode: RedisPersistence): readonly string[] {
  const appendOnly = ['--save', '', '--appendonly', 'yes', '--appendfsync'];
  switch (mode) {
    case 'none':
      return ['--save', '', '--appendonly', 'no'];
    case 'aof-everysec':
      return [...appendOnly, 'everysec'];
    case 'aof-always':
      return [...appendOnly, 'always'];
    case 'rdb':
      return ['--appendonly', 'no', '--save', '3600', '1', '--save', '300', '100'];
  }
}
