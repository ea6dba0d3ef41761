import { expect, it } from 'vitest';
import {
  addressesIn,
  handsOn,
  namesUsed,
  onlyNames,
  packagesIn,
  withAddresses,
} from '../render/imports.ts';

const text = `import express, { type Request } from 'express';
import * as guard from 'shop/express';
import {
  type Clock,
  Problem,
} from 'shop';
import './side-effect.ts';
export { list } from '@scope/name/part';
export const where = 'in Redis';
const later = () => import('prom-client');
guard.route(guard.logIn);
`;

it('finds what a file imports, and no other text', () => {
  expect(addressesIn(text)).toEqual([
    ...['express', 'shop/express', 'shop', './side-effect.ts', '@scope/name/part', 'prom-client'],
  ]);
  expect(packagesIn(text)).toEqual(['express', 'shop', 'shop', '@scope/name', 'prom-client']);
});

it('puts other addresses in, and nothing else', () => {
  const moved = withAddresses(text, (address) =>
    address === 'shop' ? './shop/index.ts' : address,
  );
  expect(moved).toBe(text.replace("'shop'", "'./shop/index.ts'"));
});

it('knows the names that are used, also by way of a namespace', () => {
  expect(namesUsed(text, 'shop')).toEqual(['Clock', 'Problem']);
  expect(namesUsed(text, 'shop/express')).toEqual(['route', 'logIn']);
});

it('reduces a file that hands on to the names that are wanted', () => {
  const index = `// All.\n\nexport { a, type B } from './a.ts';\nexport type { C } from './c.ts';\n`;
  expect(handsOn(index)).toBe(true);
  expect(handsOn(text)).toBe(false);
  expect(onlyNames(index, new Set(['B']))).toBe("// All.\n\nexport { type B } from './a.ts';\n");
  expect(onlyNames(index, new Set(['C']))).toBe("// All.\n\nexport type { C } from './c.ts';\n");
});
