import type { z } from 'zod';
import { Problem } from './problem.ts';

/**
 * Checks a body against its schema.
 *
 * @param body parsed JSON or form; its `_csrf` field was checked already and is left out.
 * @throws Problem 422 that names the fields of the schema that were wrong, and repeats no input.
 */
export function readInput<T>(schema: z.ZodType<T>, body: unknown): T {
  const { _csrf, ...input } = (body ?? {}) as Record<string, unknown>;
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const wrong = result.error.issues.map((issue) => issue.path.join('.') || 'an unknown field');
  throw new Problem(422, 'invalid_input', `Not valid: ${[...new Set(wrong)].join(', ')}.`);
}
