import type { Profiler } from 'node:inspector';

/** What a part of a program took of its time. */
export interface Share {
  name: string;
  /** Of the time in which it was not idle, from 0 to 1. */
  share: number;
}

export interface Hot {
  /** By self time: what was running, not what had called it. */
  functions: Share[];
  /**
   * By the library, or the file of ours, that was running or had called what was running of Node:
   * whose hash it was, and whose write.
   */
  groups: Share[];
}

type Node = Profiler.ProfileNode;

const TOP = 10;
const PROFILER = 'bench/src/profiler.mjs';

/** Reads a CPU profile as `node --cpu-prof` writes it. */
export function hottest({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Hot {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(
    nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)),
  );
  const functions = new Map<string, number>();
  const groups = new Map<string, number>();
  const add = (times: Map<string, number>, name: string, time: number) =>
    times.set(name, (times.get(name) ?? 0) + time);
  let busy = 0;
  samples.forEach((id, index) => {
    const node = byId.get(id);
    const time = timeDeltas[index] ?? 0;
    if (!node) return;
    const owner = ownerOf(node, parents);
    if (owner === '(idle)' || owner === PROFILER) return;
    busy += time;
    add(functions, nameOf(node), time);
    add(groups, owner, time);
  });
  const rank = (times: ReadonlyMap<string, number>) =>
    [...times]
      .map(([name, time]) => ({ name, share: time / busy }))
      .sort((a, b) => b.share - a.share);
  return { functions: rank(functions).slice(0, TOP), groups: rank(groups) };
}

function nameOf({ callFrame: { functionName, url } }: Node): string {
  const place = placeOf(url) ?? (url.startsWith('node:') ? url : undefined);
  return `${functionName || '(anonymous)'}${place ? ` (${place})` : ''}`;
}

function ownerOf(node: Node, parents: ReadonlyMap<number, Node>): string {
  const { functionName } = node.callFrame;
  if (['(idle)', '(garbage collector)', '(program)'].includes(functionName)) return functionName;
  for (let at: Node | undefined = node; at; at = parents.get(at.id)) {
    const place = placeOf(at.callFrame.url);
    if (place !== undefined) return place;
  }
  return 'Node itself';
}

/** The library; of ours the file, since a guard is a file. Nothing for Node and native code. */
function placeOf(url: string): string | undefined {
  const [, library] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (library) return library;
  const [, ours] = /\/(?:packages|examples)\/(.+)$/.exec(url) ?? [];
  return ours;
}
