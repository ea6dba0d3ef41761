export const emailOf = (person: number) => `person-${person}@example.com`;
export const PASSWORD = 'one password for all of them';
