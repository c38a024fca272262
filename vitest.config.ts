import { configDefaults, defineConfig } from 'vitest/config';

const LONG = ['tests/capture/away.test.ts', 'tests/kernel/*.test.ts'];
const PAGES = ['tests/e2e/browser/*.test.ts'];
const SERVERS = ['tests/{bench,captures,grafana,live}/*.test.ts'];
/** What hangs ends here, and so does a wait for what does not come; tests are beside others, on few cores. */
const TIMES = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 30_000 } } };

/**
 * Groups run one after the other; within a group projects start by their names.
 *
 * 0. `long`: files of minutes, of which most is waiting, and `unit`: beside the source
 * 1. `pages`, in a browser, and `servers`, real ones: each with its own ports and folders, two files at once. A click of
 *    `pages` that came too late on a busy machine has a second try, and the output says who needed it.
 * 2. `system`: kernel and processes; one file after the other, since the machine is what they test
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...TIMES,
          name: 'long',
          include: LONG,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...TIMES,
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...TIMES,
          name: 'pages',
          include: PAGES,
          maxWorkers: 2,
          retry: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...TIMES,
          name: 'servers',
          include: SERVERS,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...TIMES,
          name: 'system',
          include: ['tests/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...LONG, ...PAGES, ...SERVERS],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
