/** What the telephone of every user shows, so that there is something to enter. */
export const CODE = '314159';

export const isCode = (given: unknown): boolean => given === CODE;
