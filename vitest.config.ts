import { defineConfig } from 'vitest/config';

const BROWSER = 'tests/e2e/browser/*.test.ts';

/**
 * - `unit`: beside the source, side by side
 * - `browser`: pages, over answers that are known; two files at once
 * - `system`: real kernel and servers; one file after the other, since the machine is what they test
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'browser',
          include: [BROWSER],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: [BROWSER],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
