// The part of security-helpers that an example uses, as sources of its own.
import { posix } from 'node:path';
import { addressesIn, handsOn, namesUsed, onlyNames } from './imports.ts';
import { read, readFolder } from './repository.ts';

const PACKAGE = 'security-helpers';
const SOURCES = `packages/${PACKAGE}/src`;

const { exports } = JSON.parse(read('packages', PACKAGE, 'package.json')) as {
  exports: Record<string, string>;
};

/** The file behind an address of the package, below its sources; undefined for another package. */
export function helperFile(address: string): string | undefined {
  if (address !== PACKAGE && !address.startsWith(`${PACKAGE}/`)) return undefined;
  const target = exports[`.${address.slice(PACKAGE.length)}`];
  if (!target) throw new Error(`${PACKAGE} has no export ${address}`);
  return target.replace('./src/', '');
}

/**
 * The files that these texts reach by their imports. Those that only hand on are reduced to the
 * names that are used: else one import would bring the whole package along.
 */
export function helpersFor(texts: readonly string[]): Map<string, string> {
  const all = readFolder(SOURCES);
  const found = new Map<string, string>();
  const visit = (path: string, text = all.get(path)) => {
    if (found.has(path)) return;
    if (text === undefined) throw new Error(`${SOURCES}/${path} is imported, but does not exist`);
    found.set(path, text);
    for (const address of addressesIn(text)) {
      if (address.startsWith('.')) visit(posix.join(posix.dirname(path), address));
    }
    for (const [, folder = ''] of text.matchAll(/new URL\('\.\/([\w-]+)', import\.meta\.url\)/g)) {
      const below = posix.join(posix.dirname(path), folder, '/');
      for (const name of all.keys()) if (name.startsWith(below)) visit(name);
    }
  };
  const addresses = new Set(texts.flatMap(addressesIn).filter((address) => helperFile(address)));
  for (const address of addresses) {
    const path = helperFile(address) ?? '';
    const text = all.get(path) ?? '';
    const names = new Set(texts.flatMap((each) => namesUsed(each, address)));
    visit(path, handsOn(text) ? onlyNames(text, names) : text);
  }
  return found;
}
