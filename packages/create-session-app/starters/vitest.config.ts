import { defineConfig } from 'vitest/config';

// Named otherwise than a test: all five take some minutes, and no run of CI has them yet.
export default defineConfig({ test: { include: ['starters/**/*.check.ts'] } });
