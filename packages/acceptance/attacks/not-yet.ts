/**
 * Attacks on what the examples cannot do yet: they are played on their vulnerable server only. When
 * the examples can, this list goes, and with it nothing else.
 */
export const notYetOnExamples: readonly string[] = [
  'keep-lost-role',
  'stay-after-password-change',
  'guess-passwords',
];
