import { describe } from 'vitest';
import { contract } from '../src/contract/index.ts';
import { outageSuite } from '../src/contract/outage.ts';
import { redis } from '../src/targets/redis.ts';

contract(redis);
describe('redis', () => outageSuite(redis));
