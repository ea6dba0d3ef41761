import { ConfigError } from '../config.ts';
import { requireCheckedLine } from '../store-line.ts';

/** Where Redis is: one server; or whoever three or more Sentinels say it is; or a cluster. */
export type RedisConfig =
  | { redisUrl: string }
  | { sentinelUrls: string[]; primaryName: string }
  | { clusterUrls: string[] };

const SETTINGS = ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER'] as const;

/**
 * Where Redis is, from one of `REDIS_URL`, `REDIS_SENTINELS` with `REDIS_SENTINEL_NAME`, or
 * `REDIS_CLUSTER`. The last two are lists, separated by commas, of `host:port` or of URLs that agree
 * in all but that; their user and password are those of the servers and of the Sentinels alike.
 *
 * @throws ConfigError when none or two are set, one is no Redis URL, or in production not to be
 *   trusted (see `requireCheckedLine`); the values, which may hold a password, are not repeated.
 */
export function readRedisConfig(env: NodeJS.ProcessEnv): RedisConfig {
  const [setting, another] = SETTINGS.filter((name) => env[name]);
  const value = setting && env[setting];
  if (!value) {
    throw new ConfigError(
      'REDIS_URL is missing: set it to where Redis is, for instance redis://127.0.0.1:6379, ' +
        'or REDIS_SENTINELS or REDIS_CLUSTER',
    );
  }
  if (another) {
    throw new ConfigError(
      `${setting} and ${another} are both set: only one can say where Redis is`,
    );
  }
  if (setting === 'REDIS_URL') {
    const { protocol, hostname: host } = checkedUrl(value, setting);
    requireCheckedLine(env, { setting, host, tls: tlsOf(protocol), demand: DEMAND });
    return { redisUrl: value };
  }
  const urls = readList(env, setting, value);
  if (setting === 'REDIS_CLUSTER') return { clusterUrls: urls };
  const primaryName = env['REDIS_SENTINEL_NAME'];
  if (!primaryName) {
    throw new ConfigError(
      'REDIS_SENTINEL_NAME is missing: set it to the name by which the Sentinels know the primary',
    );
  }
  return { sentinelUrls: urls, primaryName };
}

const DEMAND = 'begin with rediss://';
const tlsOf = (protocol: string) => (protocol === 'rediss:' ? 'checked' : 'none');

function checkedUrl(value: string, setting: string): URL {
  if (!/^rediss?:\/\/[^/]/.test(value) || !URL.canParse(value)) {
    throw new ConfigError(
      `${setting} is not a Redis URL: it must begin with redis:// or rediss://`,
    );
  }
  return new URL(value);
}

function readList(env: NodeJS.ProcessEnv, setting: string, value: string): string[] {
  const entries = value.split(',').map((entry) => entry.trim());
  const urls = entries.map((entry) => (entry.includes('://') ? entry : `redis://${entry}`));
  const parsed = urls.map((url) => checkedUrl(url, `An entry of ${setting}`));
  if (parsed.some(({ port }) => !port)) {
    throw new ConfigError(
      `An entry of ${setting} names no port: write host:port or a URL with both`,
    );
  }
  // Of one server it would choose a database. Here nobody could tell whose.
  if (parsed.some(({ pathname, search }) => !/^\/?$/.test(pathname) || search)) {
    throw new ConfigError(`An entry of ${setting} goes on after the port: there nothing is read`);
  }
  const manners = parsed.map(({ protocol, username, password }) =>
    JSON.stringify([protocol, username, password]),
  );
  if (new Set(manners).size > 1) {
    throw new ConfigError(
      `The entries of ${setting} must have the same protocol, user and password`,
    );
  }
  // Loopback is no excuse here: the servers are wherever these send us, over the same kind of line.
  const [{ protocol } = { protocol: '' }] = parsed;
  requireCheckedLine(env, { setting, host: '', tls: tlsOf(protocol), demand: DEMAND });
  return urls;
}
