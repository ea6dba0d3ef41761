import { afterAll, describe } from 'vitest';
import { contract } from '../src/contract/index.ts';
import { outageSuite } from '../src/contract/outage.ts';
import { postgresRoleSuite } from '../src/contract/postgres-role.ts';
import { timeZonesSuite } from '../src/contract/time-zones.ts';
import { closePostgres, postgres } from '../src/targets/postgres.ts';

contract(postgres);
describe('postgres', () => {
  outageSuite(postgres);
  timeZonesSuite(postgres);
  postgresRoleSuite(postgres);
});
afterAll(closePostgres);
