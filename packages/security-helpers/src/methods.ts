import { Problem } from './problem.ts';

/** Methods that a path may have, in lower case. `get` answers HEAD as well. */
export type RouteMethod = 'get' | 'post' | 'delete';

/** The answer to any other method: a 405 that names those there are (RFC 9110 15.5.6). */
export function methodProblem(methods: readonly RouteMethod[]): Problem {
  const Allow = methods
    .flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : method.toUpperCase()))
    .join(', ');
  return new Problem(405, 'method', 'This method is not supported here.', { Allow });
}
