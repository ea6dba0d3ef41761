import { MemoryStore } from 'express-session';

/** Where sessions live. */
export async function openStore(_env: NodeJS.ProcessEnv) {
  return { store: new MemoryStore(), close: async () => undefined };
}
