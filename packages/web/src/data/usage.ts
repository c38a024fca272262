import type { UsageBy } from '@sonde/api';
import { client } from './client.ts';
import { useRanged } from './queries.ts';

export const useUsage = (name: string, by: UsageBy) =>
  useRanged(['usage', name, by], (range, options) => client.usage({ name, by, ...range }, options));
