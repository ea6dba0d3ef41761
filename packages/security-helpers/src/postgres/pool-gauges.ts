import type { Pool } from 'pg';
import type { StoreGauges } from '../record-store.ts';

/** How busy a pool is. */
export function poolGauges({ totalCount, idleCount, waitingCount }: Pool): StoreGauges {
  return { pool_connections: totalCount, pool_idle: idleCount, pool_waiting: waitingCount };
}
