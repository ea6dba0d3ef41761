import type { Exhibit } from '../exhibit.ts';

export const visit: Exhibit['visit'] = async (open) => {
  const { person, store } = await open();
  const visitor = person('visitor');
  await visitor.post('/cart', { item: 'apple' });
  await store.readOnly.begin();
  const { status } = await visitor.post('/cart', { item: 'pear' });
  await store.readOnly.end();
  const { items = [] } = (await visitor.get('/cart')).json;
  const isLost = !items.includes('pear');
  const won = status === 200 && isLost;
  const evidence = won
    ? `"pear" was put into the cart (200), and is not in there`
    : `"pear" is not in the cart, and that was said (${status})`;
  return { won, evidence };
};
