import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@session-lab/services';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Exhibit, type Hall, type Open, openHall } from '../museum/exhibit.ts';
import { exhibits } from '../museum/index.ts';
import type { Outcome } from '../src/attack/attack.ts';

// One exhibit is about a setting that is not there; the library remarks on it once.
vi.hoisted(() => {
  process.env['NO_DEPRECATION'] = 'express-session';
});

const LIMIT = { timeout: 60_000 };

describe.each(exhibits)('$id', (exhibit) => {
  it('shows its fault', LIMIT, async () => {
    const { won, evidence } = await visit(exhibit, exhibit.faulty);
    expect(won, evidence).toBe(true);
  });

  it('does not, where it is mended', LIMIT, async () => {
    const { won, evidence } = await visit(exhibit, exhibit.fixed);
    expect(won, evidence).toBe(false);
  });
});

it('each folder is an exhibit, with the same files', () => {
  const here = join(import.meta.dirname, '../museum');
  const folders = readdirSync(here, { withFileTypes: true }).filter((each) => each.isDirectory());
  expect(exhibits.map(({ id }) => id).sort()).toEqual(folders.map(({ name }) => name).sort());
  expect(exhibits.length).toBeGreaterThanOrEqual(12);
  const overview = readFileSync(join(here, 'README.md'), 'utf8');
  for (const { id, title, lives } of exhibits) {
    expect(overview).toContain(`- [${id}](${id}/README.md)`);
    for (const file of ['faulty.ts', 'fixed.ts', 'visit.ts', 'README.md']) {
      expect(existsSync(join(here, id, file)), `${id}/${file}`).toBe(true);
    }
    const readme = readFileSync(join(here, id, 'README.md'), 'utf8');
    expect(readme.replace(/\s+/g, ' ').toLowerCase(), id).toContain(`${title.toLowerCase()}.`);
    expect(lives.length).toBeGreaterThan(0);
    for (const where of lives) expect(readme, id).toContain(where);
  }
});

let redis: Awaited<ReturnType<typeof startRedis>>;
let postgres: Awaited<ReturnType<typeof startPostgres>>;
beforeAll(async () => {
  [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
}, 60_000);
afterAll(async () => {
  await Promise.all([redis?.close(), postgres?.close()]);
});

let count = 0;

async function visit(exhibit: Exhibit, open: Open): Promise<Outcome> {
  count += 1;
  const halls: Hall[] = [];
  const schema = `museum_${count}`;
  try {
    return await exhibit.visit(async (env = {}) => {
      const postgresUrl = env['POSTGRES_URL'] ?? postgres.url;
      const place = { redisUrl: redis.url, postgresUrl, schema, env };
      const hall = await openHall(open, place);
      halls.push(hall);
      return hall;
    });
  } finally {
    for (const hall of halls) await hall.close();
  }
}
