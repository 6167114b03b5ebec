/** Unit tests, contracts, hostile input and the simulations that are short enough to run with them. */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    // Vitest leaves a processor for itself, of two every second one: the simulations can use it.
    maxWorkers: availableParallelism(),
    include: ['src', 'resolver', 'sim', 'fuzz', 'test', 'bench'].map((folder) => `${folder}/**/*.test.ts`),
    // A single test that takes longer is stuck; simulations that need more say so themselves.
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
