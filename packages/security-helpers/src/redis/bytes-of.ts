import { Buffer } from 'node:buffer';
import { RESP_TYPES } from 'redis';
import type { RedisClient } from './client.ts';

/** The same connection, but what it reads is bytes: read as text, a packed record would be lost. */
export const bytesOf = (client: RedisClient) =>
  client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
