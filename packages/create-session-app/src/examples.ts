import { CreateError } from './run-command.ts';

export interface Example {
  name: string;
  /** For a list to choose from. */
  hint: string;
  /** Where it listens unless PORT says otherwise. */
  port: number;
  needs: readonly ('redis' | 'postgres')[];
}

export const examples: readonly Example[] = [
  {
    name: 'memory',
    hint: 'Express, sessions in the process: to begin with; a restart logs everybody out',
    port: 3001,
    needs: [],
  },
  { name: 'redis', hint: 'Express, sessions in Redis', port: 3002, needs: ['redis'] },
  { name: 'postgres', hint: 'Express, sessions in Postgres', port: 3003, needs: ['postgres'] },
  {
    name: 'hybrid',
    hint: 'Express, sessions in Postgres with a copy in Redis: either may die',
    port: 3004,
    needs: ['postgres', 'redis'],
  },
  { name: 'koa', hint: 'Koa, sessions in Redis', port: 3005, needs: ['redis'] },
];

/** @throws CreateError for a name that there is not. */
export function findExample(name: string): Example {
  const found = examples.find((example) => example.name === name);
  if (found) return found;
  const names = examples.map((example) => example.name).join(', ');
  throw new CreateError(`There is no example '${name}': choose from ${names}.`);
}
