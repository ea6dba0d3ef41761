import { CreateError } from './run-command.ts';

export interface Example {
  name: string;
  /** Where its sessions live, for a list to choose from. */
  hint: string;
  /** Where it listens unless PORT says otherwise. */
  port: number;
  needs: readonly ('redis' | 'postgres')[];
}

export const examples: readonly Example[] = [
  {
    name: 'memory',
    hint: 'in the process: a restart logs everybody out',
    port: 3001,
    needs: [],
  },
  { name: 'redis', hint: 'in Redis', port: 3002, needs: ['redis'] },
  { name: 'postgres', hint: 'in Postgres', port: 3003, needs: ['postgres'] },
  {
    name: 'hybrid',
    hint: 'in Postgres, with a copy in Redis: either may die',
    port: 3004,
    needs: ['postgres', 'redis'],
  },
  { name: 'koa', hint: 'in Redis; Koa in place of Express', port: 3005, needs: ['redis'] },
];

/** @throws CreateError for a name that there is not. */
export function findExample(name: string): Example {
  const found = examples.find((example) => example.name === name);
  if (found) return found;
  const names = examples.map((example) => example.name).join(', ');
  throw new CreateError(`There is no example '${name}': choose from ${names}.`);
}
