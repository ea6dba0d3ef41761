import type { Exhibit } from '../exhibit.ts';

export const visit: Exhibit['visit'] = async (open) => {
  try {
    const visitor = (await open()).person('visitor');
    await visitor.get('/');
    const { items } = (await visitor.get('/')).json;
    const evidence = `it starts, and counts: ${items?.join()}`;
    return { won: items?.join() !== 'visit 2', evidence };
  } catch (error) {
    const { message } = error as Error;
    const [reason] = /^\w*Error: .*/m.exec(message) ?? [];
    if (!reason?.includes('is not a function')) throw error;
    return { won: true, evidence: `it does not start: ${reason}` };
  }
};
