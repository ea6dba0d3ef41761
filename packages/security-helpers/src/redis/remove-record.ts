import { unpack } from '../packed-record.ts';
import { brokenRecord } from './broken-record.ts';
import { bytesOf } from './bytes-of.ts';
import type { RedisClient } from './client.ts';

/** @returns what was there, in one step with its end; `name` is the whole key. */
export async function removeRecord(client: RedisClient, name: string): Promise<string | null> {
  try {
    const record = await bytesOf(client).getDel(name);
    return record && unpack(record);
  } catch (error) {
    const broken = brokenRecord(error as Error);
    await client.del(name);
    return broken;
  }
}
