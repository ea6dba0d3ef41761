import type { Exhibit } from '../exhibit.ts';

const VISITORS = 20;

export const visit: Exhibit['visit'] = async (open) => {
  const { person } = await open();
  const began = Date.now();
  for (let count = 0; count < VISITORS; count++) {
    await person('visitor who never returns').post('/cart', { item: 'apple' });
  }
  const look = async () => (await person('operator').get('/records')).json.items?.[0];
  // Each session lives for a millisecond; ten looks and a second later all are over.
  let left = await look();
  for (let looks = 0; left !== '0' && (looks < 10 || Date.now() < began + 1000); looks++) {
    left = await look();
  }
  const evidence = `${VISITORS} sessions have expired, and ${left} are in memory`;
  return { won: left === String(VISITORS), evidence };
};
