// Answers scripts/doctor.mjs, which cannot import TypeScript: one JSON object on standard output.
import { postgresAvailability } from './postgres/availability.ts';
import { redisAvailability } from './redis/availability.ts';

const [postgres, redis] = await Promise.all([postgresAvailability(), redisAvailability()]);
process.stdout.write(JSON.stringify({ postgres, redis }));
