import { attack } from '../../attacks/plant-cookie/attack.ts';
import type { Exhibit } from '../exhibit.ts';

export const visit: Exhibit['visit'] = async (open) => {
  const { url, person } = await open();
  return attack({ url, origin: url, person: (name) => person(name) });
};
