import { describe } from 'vitest';
import { contract } from '../src/contract/index.ts';
import { outageSuite } from '../src/contract/outage.ts';
import { wrongTypeSuite } from '../src/contract/wrong-type.ts';
import { redis } from '../src/targets/redis.ts';

contract(redis);
describe('redis', () => {
  outageSuite(redis);
  wrongTypeSuite(redis);
});
