import type { RequestListener } from 'node:http';
import { serve } from '../../acceptance/src/serve.ts';

/** Listens, and says where as the examples do. */
export async function listen(listener: RequestListener): Promise<void> {
  const { url } = await serve(listener);
  console.log(`listening on ${url}`);
}
