/** What the users of a benchmark are called, and their password. */
export const emailOf = (user: number) => `user-${user}@example.com`;
export const PASSWORD = 'lovelace-1815';
