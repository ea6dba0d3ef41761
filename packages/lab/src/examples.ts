import { ConfigError } from 'security-helpers';

/** A store that `packages/services` can find or start. */
export type ServiceName = 'redis' | 'postgres';

export interface Example {
  /** The folder below `examples/`, and the name everywhere else. */
  name: string;
  /** Where it listens unless PORT says otherwise. */
  port: number;
  /** What it cannot run without. */
  needs: readonly ServiceName[];
}

/** In the order in which they are read: each differs from the one before by its store. */
export const examples: readonly Example[] = [
  { name: 'memory', port: 3001, needs: [] },
  { name: 'redis', port: 3002, needs: ['redis'] },
  { name: 'postgres', port: 3003, needs: ['postgres'] },
  { name: 'hybrid', port: 3004, needs: ['postgres', 'redis'] },
  { name: 'koa', port: 3005, needs: ['redis'] },
];

/**
 * The examples of these names, all of them for no name.
 *
 * @throws ConfigError (exit code 78) for a name that there is not.
 */
export function chooseExamples(names: readonly string[]): readonly Example[] {
  const known = examples.map((example) => example.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ConfigError(`There is no example '${unknown}': choose from ${known.join(', ')}.`);
  }
  return examples.filter((example) => names.length === 0 || names.includes(example.name));
}
