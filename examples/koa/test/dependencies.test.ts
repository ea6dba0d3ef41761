// DEPENDENCIES: this is Koa, not Express under another name. connect-redis, the usual store, would
// bring express-session along; so this example has a store of its own. What it needs to run, and
// what it really loads, is looked through here; types, which are gone at run time, do not count.

import { expect, it } from 'vitest';
import { loadedPackages, packagesNeededToRun } from './support.ts';

const isOfExpress = (name: string) =>
  /^(@[^/]+\/)?(express|connect-)/.test(name) && !name.startsWith('@types/');

it('nothing that it needs to run is a package of Express', () => {
  const needed = packagesNeededToRun();
  expect(needed).toEqual(expect.arrayContaining(['koa', 'koa-session', 'cookies', 'raw-body']));
  expect(needed.filter(isOfExpress)).toEqual([]);
});

it('nothing that it loads is a package of Express', async () => {
  const loaded = await loadedPackages();
  expect(loaded).toEqual(expect.arrayContaining(['koa', 'koa-session', 'cookies', 'raw-body']));
  expect(loaded.filter(isOfExpress)).toEqual([]);
  // What it loads it has asked for: it would not run by chance, next to others only.
  expect(packagesNeededToRun()).toEqual(expect.arrayContaining(loaded));
});

it('the look would notice them', () => {
  const names = ['express', 'express-session', 'connect-redis', '@types/express', 'koa-session'];
  expect(names.filter(isOfExpress)).toEqual(['express', 'express-session', 'connect-redis']);
});
