import type { AlertRule } from '@sonde/api';

const COMMON = {
  enabled: true,
  percentile: 95,
  apdex: 500,
  slow: 8000,
  objective: 0.999,
  windows: [],
  by: 'service',
  service: '*',
  part: '*',
  operator: 'above',
  window: 300,
  for: 60,
  recovery: 120,
  noData: 'ok',
  channels: [],
} as const;

/**
 * Rules a new store begins with; one that was changed or removed stays so. The windows and factors of the burn rate are
 * those of the Site Reliability Workbook, chapter 5: 2 % of a 30-day budget in an hour, 5 % in six hours.
 */
export const PRESETS: Readonly<Record<string, AlertRule>> = {
  'preset:error-rate': {
    ...COMMON,
    windows: [],
    channels: [],
    name: 'Error rate over 5 %',
    metric: 'error_rate',
    threshold: 0.05,
    minRequests: 20,
    severity: 'critical',
  },
  'preset:latency-p95': {
    ...COMMON,
    windows: [],
    channels: [],
    name: 'P95 over 2 s',
    metric: 'latency',
    threshold: 2000,
    minRequests: 20,
    for: 300,
    severity: 'warning',
  },
  'preset:no-data': {
    ...COMMON,
    windows: [],
    channels: [],
    name: 'No requests for 5 minutes',
    metric: 'no_data',
    threshold: 0,
    minRequests: 60,
    noData: 'keep',
    severity: 'warning',
  },
  'preset:slo-burn-rate': {
    ...COMMON,
    channels: [],
    name: 'Error budget of 99.9 % burns fast',
    metric: 'burn_rate',
    windows: [
      { long: 3600, short: 300, factor: 14.4 },
      { long: 21_600, short: 1800, factor: 6 },
    ],
    threshold: 1,
    minRequests: 100,
    for: 0,
    severity: 'critical',
  },
};
