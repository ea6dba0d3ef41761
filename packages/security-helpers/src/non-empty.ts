/** A list with a first element: there is always a newest secret, so nobody signs with nothing. */
export type NonEmpty<T> = [T, ...T[]];

export function mapNonEmpty<T, U>(
  [first, ...rest]: Readonly<NonEmpty<T>>,
  make: (value: T, index: number) => U,
): NonEmpty<U> {
  return [make(first, 0), ...rest.map((value, index) => make(value, index + 1))];
}
