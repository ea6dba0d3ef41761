// Answers scripts/doctor.mjs, which cannot import TypeScript: one JSON object on standard output.
import { redisAvailability } from './redis/availability.ts';

process.stdout.write(JSON.stringify({ redis: await redisAvailability() }));
