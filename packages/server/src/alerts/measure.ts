import type { AlertRule } from '@sonde/api';
import { quantile } from '@sonde/model';
import type { LookupTotal, Measures, NetworkTotal } from '@sonde/store';
import { apdexOf, countFrom, totalOf } from '../answers/distribution.ts';
import { networkNumbersOf } from '../answers/network.ts';
import { matcherOf } from './pattern.ts';
import type { Subject, Windows } from './windows.ts';

export interface Measured extends Subject {
  /** In the units of the metric; `null` where there is too little data. */
  readonly value: number | null;
}

const MILLISECOND = 1e6;

/** How far back a service must have been seen to be missed, in seconds. */
const LOOKBACK = 3600;

function metricOf(rule: AlertRule, measures: Measures): number | null {
  const { requests, errors, bins, durationSum } = measures;
  const measured = totalOf(bins);
  switch (rule.metric) {
    case 'error_rate':
      return requests > 0 ? errors / requests : null;
    case 'latency': {
      const value = quantile(bins, rule.percentile / 100);
      return value === null ? null : value / MILLISECOND;
    }
    case 'latency_avg':
      return measured > 0 ? durationSum / measured / MILLISECOND : null;
    case 'apdex':
      return apdexOf(measures, rule.apdex * MILLISECOND);
    case 'slow_rate':
      return measured > 0 ? countFrom(bins, rule.slow * MILLISECOND) / measured : null;
    case 'rate':
      return requests / rule.window;
    case 'requests':
      return requests;
    case 'errors':
      return errors;
    default:
      return null;
  }
}

function networkValue(rule: AlertRule, total: NetworkTotal): number | null {
  const { refused, unanswered, reset, lost, segments, rtts } = total;
  const enough = segments >= rule.minRequests;
  switch (rule.metric) {
    case 'connect_failures':
      return refused + unanswered;
    case 'resets':
      return reset + lost;
    case 'rtt': {
      const value = enough ? quantile(rtts, rule.percentile / 100) : null;
      return value === null ? null : value / MILLISECOND;
    }
    default:
      return enough ? networkNumbersOf(total).retransmitRate : null;
  }
}

function lookupValue(rule: AlertRule, { requests, errors }: LookupTotal): number | null {
  if (requests < rule.minRequests) return null;
  return rule.metric === 'dns_failures' ? errors : errors / requests;
}

/** What the rule sees now, one value a subject. */
export async function measure(rule: AlertRule, windows: Windows): Promise<Measured[]> {
  const [isService, isPart] = [matcherOf(rule.service), matcherOf(rule.part)];
  const all = await measureAll(rule, windows);
  return all.filter(({ service, part }) => isService(service) && isPart(part));
}

async function measureAll(rule: AlertRule, windows: Windows): Promise<Measured[]> {
  switch (rule.metric) {
    case 'no_data':
      return missing(rule, windows);
    case 'burn_rate':
      return burning(rule, windows);
    case 'retransmit_rate':
    case 'rtt':
    case 'connect_failures':
    case 'resets': {
      const totals = await windows.network(rule.by, rule.window);
      return totals.map((total) => ({
        service: total.service,
        part: rule.by === 'service' ? '' : total[rule.by as 'instance' | 'peer'],
        value: networkValue(rule, total),
      }));
    }
    case 'dns_failure_rate':
    case 'dns_failures': {
      const totals = await windows.lookups(rule.by, rule.window);
      return totals.map((total) => ({ service: total.name, part: total.part, value: lookupValue(rule, total) }));
    }
  }
  const totals = await windows.totals(rule.by, rule.window);
  if (rule.metric === 'client_error_rate') {
    const faults = await windows.totals(rule.by, rule.window, true);
    return [...totals].map(([key, { subject, measures }]) => {
      const enough = measures.requests > 0 && measures.requests >= rule.minRequests;
      return { ...subject, value: enough ? (faults.get(key)?.measures.requests ?? 0) / measures.requests : null };
    });
  }
  return [...totals.values()].map(({ subject, measures }) => ({
    ...subject,
    value: measures.requests >= rule.minRequests ? metricOf(rule, measures) : null,
  }));
}

/** Seconds' worth of silence: 1 where a subject that was there within the last hour has no request now, else 0. */
async function missing(rule: AlertRule, windows: Windows): Promise<Measured[]> {
  const [before, now] = await Promise.all([
    windows.totals(rule.by, rule.window + LOOKBACK),
    windows.totals(rule.by, rule.window),
  ]);
  return [...before].flatMap(([key, { subject, measures }]): Measured[] => {
    if (measures.requests < rule.minRequests) return [];
    return [{ ...subject, value: now.has(key) ? 0 : 1 }];
  });
}

/** The share of requests that uses up the error budget. */
function spentOf({ spentBy, slow }: AlertRule, { requests, errors, bins }: Measures): number {
  if (spentBy === 'errors') return requests > 0 ? errors / requests : 0;
  const measured = totalOf(bins);
  return measured > 0 ? countFrom(bins, slow * MILLISECOND) / measured : 0;
}

/**
 * How many times faster than allowed the error budget burns, relative to the factor of the pair of windows: 1 or more
 * means that both windows of a pair burn at least as fast as its factor.
 * Source: https://sre.google/workbook/alerting-on-slos/, "Multiwindow, Multi-Burn-Rate Alerts".
 */
async function burning(rule: AlertRule, windows: Windows): Promise<Measured[]> {
  const budget = 1 - rule.objective;
  const found = new Map<string, Measured>();
  for (const { long, short, factor } of rule.windows) {
    const [slow, fast] = await Promise.all([windows.totals(rule.by, long), windows.totals(rule.by, short)]);
    for (const [key, { subject, measures }] of slow) {
      const recent = fast.get(key)?.measures;
      const burn = (of: Measures) => spentOf(rule, of) / budget / factor;
      const enough = measures.requests >= rule.minRequests;
      const value = enough ? Math.min(burn(measures), recent === undefined ? 0 : burn(recent)) : null;
      const known = found.get(key)?.value ?? null;
      found.set(key, { ...subject, value: value === null ? known : Math.max(value, known ?? 0) });
    }
  }
  return [...found.values()];
}
