/**
 * What stands under the key of a session is no text: somebody else has written it, a list for
 * instance. Read as a record that does not open, so that it is removed; as an error, it would be a
 * 503 at each request of that user for as long as it stands there.
 *
 * @throws any other error, as it came.
 */
export function brokenRecord(error: Error): string {
  if (error.message.startsWith('WRONGTYPE')) return 'not a record';
  throw error;
}
