import { SECRET } from '../../src/target.ts';
import type { Exhibit } from '../exhibit.ts';

export const visit: Exhibit['visit'] = async (open) => {
  const opened = await open().catch((error: Error) => error);
  if (opened instanceof Error) {
    const { status } = await (await open({ SESSION_SECRET: SECRET }))
      .person('visitor')
      .get('/profile');
    const evidence = `it refuses to start: "${opened.message.split(':')[0]}"; with one: ${status}`;
    return { won: status !== 401, evidence };
  }
  const { status } = await opened.person('visitor').get('/profile');
  return { won: status === 500, evidence: `it starts, and answers every request with ${status}` };
};
