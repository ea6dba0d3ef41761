import type { Hot, Share } from './profile.ts';

const LISTED = 20;

/** Where the processor time of a server goes, of so many microseconds for a request. */
export function sayHot({ functions, groups }: Hot, microseconds: number | undefined): string {
  const lines = (shares: readonly Share[]) =>
    shares.slice(0, LISTED).map(({ name, share }) => {
      const each = microseconds && `${(share * microseconds).toFixed(1).padStart(6)} µs`;
      return `${(share * 100).toFixed(1).padStart(6)} % ${each ?? ''}  ${name}`;
    });
  const all = microseconds === undefined ? 'A request' : `${microseconds.toFixed(0)} µs a request`;
  return [`${all}, on behalf of`, ...lines(groups), 'By self time', ...lines(functions)].join('\n');
}
