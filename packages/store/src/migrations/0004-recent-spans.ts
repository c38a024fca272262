import type { Migration } from './migration.ts';

/** Spans that wait to be kept or not: where traces are sampled, all go here first, and only those kept go on to `spans`. */
export const recentSpans: Migration = {
  id: 4,
  name: 'recent-spans',
  statements: ['CREATE TABLE IF NOT EXISTS spans_recent AS spans'],
};
