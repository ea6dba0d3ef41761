import { linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Copies a `node_modules`, as hard links: npm puts a new file in the place of an old one, but never
 * writes into it. What npm and others keep beside the packages, and write into, stays out.
 */
export function linkPackages(from: string, to: string): void {
  linkFolder(from, to, (name) => name === '.bin' || !name.startsWith('.'));
}

function linkFolder(from: string, to: string, wanted = (_name: string) => true): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (!wanted(entry.name)) continue;
    if (entry.isDirectory()) linkFolder(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkSync(source, target);
  }
}
