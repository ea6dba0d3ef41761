// How results are put into words, in Markdown that can be read in a terminal as well.
import { markdownTable } from '../../acceptance/src/report/documents.ts';
import type { Run } from './results.ts';
import type { Spread } from './statistics.ts';
import { doubts } from './system.ts';

/** When, on what, and what about it makes numbers worse than they need be. */
export function describe(run: Run, profiles: readonly { connections: number }[] = []): string {
  const { date, plan, system } = run;
  const { os, cpu, cores, memoryGb, versions, load } = system;
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const connections = Math.max(1, ...profiles.map((profile) => profile.connections));
  return [
    `${date.slice(0, 16).replace('T', ' ')} UTC, ${plan}, ${cores} × ${cpu}, ${memoryGb} GB, ${os}, a`,
    `load of ${load.toFixed(1)} before it.`,
    `${software.join(', ')}.`,
    ...doubts(system, connections),
  ].join('\n');
}

export function say({ median, min, max }: Spread, digits: number): string {
  if (min === max) return median.toFixed(digits);
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

export const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n');

/** In columns. The first row has the titles. */
export function table(rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return markdownTable(rows.map((row) => row.map((cell, column) => cell.padEnd(width(column)))));
}
