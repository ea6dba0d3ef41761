import { expect, it } from 'vitest';
import { z } from 'zod';
import { readInput } from './input.ts';
import { Problem } from './problem.ts';

const schema = z.strictObject({ item: z.string().max(5), note: z.string().optional() });

function refusal(body: unknown): string {
  try {
    readInput(schema, body);
  } catch (error) {
    if (error instanceof Problem && error.status === 422) return error.message;
    throw error;
  }
  throw new Error('was accepted');
}

it('gives what the schema lets through, without the token of the form', () => {
  expect(readInput(schema, { item: 'x', _csrf: 'token' })).toEqual({ item: 'x' });
});

it('names each wrong field once, and repeats no input', () => {
  expect(refusal({ item: '<script>', note: 5 })).toBe('Not valid: item, note.');
  expect(refusal({ item: 'x', '<script>': 1, other: 2 })).toBe('Not valid: an unknown field.');
});

it.each([[undefined], [null], [[]], ['text'], [5]])('a body that is %j has no fields', (body) => {
  expect(refusal(body)).toContain('item');
});

it('`__proto__` is an unknown field like any other', () => {
  const body: unknown = JSON.parse('{"item":"x","__proto__":{"isAdmin":true}}');
  expect(refusal(body)).toBe('Not valid: an unknown field.');
  expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
});
