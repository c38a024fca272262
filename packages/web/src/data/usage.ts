import type { UsageBy, UsageDirection } from '@sonde/api';
import { client } from './client.ts';
import { useRanged } from './queries.ts';

export const useUsage = (name: string, by: UsageBy, direction: UsageDirection = 'in') =>
  useRanged(['usage', name, by, direction], (range, options) =>
    client.usage({ name, by, direction, ...range }, options),
  );
