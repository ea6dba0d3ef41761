import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { checklist } from './checklist.ts';
import { type Cell, cellsOf, perSecond, type Requests, type Results } from './results.ts';
import type { Size } from './sizes.ts';
import { spread } from './statistics.ts';

// Readable on white and on black alike.
const EXAMPLE = '#3b82d6';
const STOCK = '#8a919c';
const TARGET = '#d9534f';
const WIDTH = 720;
const LABELS = 230;

/** SVG files by their names. */
export function plots({ requests, users, sizes }: Results): Map<string, string> {
  return new Map([
    ...(requests?.profiles ?? []).map(
      ({ name, title }) => [`${name}.svg`, rates(requests as Requests, name, title)] as const,
    ),
    ...(requests ? [['ratios.svg', ratioPlot(requests)] as const] : []),
    ...(users?.profiles ?? []).map(
      ({ name, title }) => [`${name}.svg`, waits(users as Requests, name, title)] as const,
    ),
    ...(sizes ? [['sizes.svg', sizePlot(sizes.sizes)] as const] : []),
  ]);
}

const rates = (requests: Requests, profile: string, title: string) =>
  bars(requests, profile, `${title}: requests per second, median and spread`, perSecond);

const waits = (users: Requests, profile: string, title: string) =>
  bars(users, profile, `${title}: median ms, and spread`, ({ medianMs }) => medianMs);

function bars(
  { cells, servers }: Requests,
  profile: string,
  title: string,
  value: (cell: Cell) => number,
): string {
  const rows = servers.flatMap((server) => {
    const own = cellsOf(cells, server.name, profile);
    return own.length > 0 ? [{ title: server.title, ...spread(own.map(value)) }] : [];
  });
  return draw({
    title,
    y: { domain: rows.map((row) => row.title), label: null },
    x: { grid: true, label: null },
    marks: [
      Plot.barX(rows, {
        x: 'median',
        y: 'title',
        fill: ({ title: server }) => (server.startsWith('examples/') ? EXAMPLE : STOCK),
      }),
      Plot.ruleY(rows, { x1: 'min', x2: 'max', y: 'title', stroke: 'currentColor' }),
      Plot.ruleX([0]),
    ],
  });
}

function ratioPlot({ cells }: Requests): string {
  const rows = checklist(cells).map((each) => ({
    title: `${each.server} / ${each.against}, ${each.profile}`,
    atLeast: each.atLeast,
    ...each.ratio,
  }));
  return draw({
    title: 'Ratios within a round, median and spread (blue), and what is wanted (red)',
    y: { domain: rows.map((row) => row.title), label: null },
    x: { grid: true, label: null, zero: true },
    marks: [
      Plot.ruleX([1], { strokeOpacity: 0.5 }),
      Plot.ruleY(rows, { x1: 'min', x2: 'max', y: 'title', stroke: EXAMPLE, strokeWidth: 2 }),
      Plot.dot(rows, { x: 'median', y: 'title', fill: EXAMPLE, r: 5 }),
      Plot.tickX(rows, { x: 'atLeast', y: 'title', stroke: TARGET, strokeWidth: 2 }),
    ],
  });
}

function sizePlot(sizes: readonly Size[]): string {
  const most = Math.max(...sizes.map(({ sessions }) => sessions));
  const rows = sizes.filter(({ sessions }) => sessions === most);
  const isStock = (server: string) => server.startsWith('stock-');
  const largest = Math.max(...rows.map(({ recordBytes }) => recordBytes));
  return draw({
    title: `Bytes for one of ${most.toLocaleString('en')} sessions, by the size of its record`,
    marginRight: 130,
    marginLeft: 60,
    x: { label: null, ticks: [...new Set(rows.map(({ recordBytes }) => recordBytes))] },
    y: { label: null, grid: true, zero: true },
    marks: [
      Plot.line(rows, {
        x: 'recordBytes',
        y: 'bytes',
        z: 'server',
        stroke: ({ server }) => (isStock(server) ? STOCK : EXAMPLE),
        strokeWidth: 2,
      }),
      Plot.dot(rows, {
        x: 'recordBytes',
        y: 'bytes',
        fill: ({ server }) => (isStock(server) ? STOCK : EXAMPLE),
      }),
      Plot.text(
        rows.filter(({ recordBytes }) => recordBytes === largest),
        { x: 'recordBytes', y: 'bytes', text: 'server', textAnchor: 'start', dx: 8 },
      ),
    ],
  });
}

const style = `text{font-size:12px}
svg{color:#1f2328;background:#fff}
@media (prefers-color-scheme:dark){svg{color:#e6edf3;background:#0d1117}}`;

function draw({ title, ...options }: Plot.PlotOptions & { title: string }): string {
  const { marginLeft = LABELS } = options;
  const { document } = parseHTML('<html><body></body></html>');
  const svg = Plot.plot({
    document,
    width: WIDTH,
    marginLeft,
    marginTop: 40,
    ...options,
    marks: [
      Plot.text([title], { frameAnchor: 'top-left', dx: -marginLeft + 8, dy: -30 }),
      ...(options.marks ?? []),
    ],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const element = document.createElement('style');
  element.textContent = style;
  svg.prepend(element);
  return `${svg.outerHTML}\n`;
}
