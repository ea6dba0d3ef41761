import { afterAll, describe } from 'vitest';
import { contract } from '../src/contract/index.ts';
import { outageSuite } from '../src/contract/outage.ts';
import { postgresRoleSuite } from '../src/contract/postgres-role.ts';
import { timeZonesSuite } from '../src/contract/time-zones.ts';
import { hybrid } from '../src/targets/hybrid.ts';
import { closePostgres } from '../src/targets/postgres.ts';

contract(hybrid);
describe('hybrid', () => {
  outageSuite(hybrid);
  timeZonesSuite(hybrid);
  postgresRoleSuite(hybrid);
});
afterAll(closePostgres);
