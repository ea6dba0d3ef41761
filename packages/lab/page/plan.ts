import measured from '../../../docs/benchmarks/sizes.json' with { type: 'json' };

export interface Wishes {
  users: number;
  /** Sessions that each of them has at the same time. */
  sessionsEach: number;
  /** Of the record, as JSON. */
  recordBytes: number;
  idleMinutes: number;
}

export interface Plan {
  sessions: number;
  redisBytes: number;
  postgresBytes: number;
  /** At most: all of them in use all the time, each pushed once a tenth of its idle time. */
  writesPerSecond: number;
}

/** What a session takes with all that comes with it, where there are most of them. */
const redis = pointsOf('redis');
const postgres = pointsOf('postgres');

/** What so many sessions take, by what was measured. */
export function plan({ users, sessionsEach, recordBytes, idleMinutes }: Wishes): Plan {
  const sessions = users * sessionsEach;
  const pushSeconds = Math.max(1, (idleMinutes * 60) / 10);
  return {
    sessions,
    redisBytes: sessions * between(redis, recordBytes),
    postgresBytes: sessions * between(postgres, recordBytes),
    writesPerSecond: sessions / pushSeconds,
  };
}

interface Point {
  recordBytes: number;
  bytes: number;
}

function pointsOf(server: string): Point[] {
  const seen = measured.sizes.filter((size) => size.server === server);
  const most = Math.max(...seen.map(({ sessions }) => sessions));
  return seen
    .filter(({ sessions }) => sessions === most)
    .sort((a, b) => a.recordBytes - b.recordBytes);
}

/** On the line between the two points next to it; below and above all, on the nearest line. */
function between(points: readonly Point[], recordBytes: number): number {
  const above = points.findIndex((point) => point.recordBytes >= recordBytes);
  const right = above < 0 ? points.length - 1 : Math.max(1, above);
  const [from, to] = [points[right - 1], points[right]];
  if (!from || !to) throw new TypeError('two points make a line');
  const slope = (to.bytes - from.bytes) / (to.recordBytes - from.recordBytes);
  return from.bytes + slope * (recordBytes - from.recordBytes);
}

/** In the unit that fits. */
export function sayBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(bytes || 1) / 3)));
  return `${(bytes / 1000 ** power).toPrecision(3)} ${units[power]}`;
}
