import type { AlertRule } from '@sonde/api';
import { quantile, timeRange } from '@sonde/model';
import type { Measures, Store, SubjectKind, SubjectTotal } from '@sonde/store';
import { apdexOf, countFrom, totalOf } from '../answers/distribution.ts';
import { preferServer, sumOf } from '../answers/measures.ts';

/** One thing a rule holds its condition against. */
export interface Subject {
  readonly service: string;
  /** Endpoint or instance, '' of a whole service. */
  readonly part: string;
}

export interface Measured extends Subject {
  /** In the units of the metric; `null` where there is too little data. */
  readonly value: number | null;
}

export const keyOf = ({ service, part }: Subject): string => JSON.stringify([service, part]);

const MILLISECOND = 1e6;

/** How far back a service must have been seen to be missed, in seconds. */
const LOOKBACK = 3600;

type Totals = ReadonlyMap<string, { readonly subject: Subject; readonly measures: Measures }>;

/** Totals of windows that end at one time. Rules that look at the same window share one query. */
export class Windows {
  readonly #store: Store;
  readonly #end: number;
  readonly #totals = new Map<string, Promise<Totals>>();

  /** `end` in seconds since the epoch. */
  constructor(store: Store, end: number) {
    this.#store = store;
    this.#end = end;
  }

  totals(by: SubjectKind, seconds: number, clientErrorsOnly = false): Promise<Totals> {
    const key = `${by} ${seconds} ${clientErrorsOnly}`;
    let totals = this.#totals.get(key);
    if (totals === undefined) this.#totals.set(key, (totals = this.#query(by, seconds, clientErrorsOnly)));
    return totals;
  }

  async #query(by: SubjectKind, seconds: number, clientErrorsOnly: boolean): Promise<Totals> {
    const plan = this.#store.plan(timeRange((this.#end - seconds) * 1000, this.#end * 1000));
    const rows = await this.#store.subjectTotals(plan, by, clientErrorsOnly);
    const groups = Map.groupBy(rows, ({ name, part }) => keyOf({ service: name, part }));
    return new Map([...groups].map(([key, all]) => [key, merged(all)]));
  }
}

function merged(rows: readonly SubjectTotal[]) {
  const { name, part } = rows[0];
  return { subject: { service: name, part }, measures: sumOf(preferServer(rows).rows) };
}

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

/** `*` in a pattern stands for any text. */
export function matcherOf(pattern: string): (text: string) => boolean {
  if (pattern === '*') return () => true;
  const parts = pattern.split('*');
  return (text) => {
    if (parts.length === 1) return text === pattern;
    let at = parts[0].length;
    if (!text.startsWith(parts[0])) return false;
    for (const part of parts.slice(1, -1)) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    const last = parts[parts.length - 1];
    return text.length - last.length >= at && text.endsWith(last);
  };
}

/** What the rule sees now, one value a subject. */
export async function measure(rule: AlertRule, windows: Windows): Promise<Measured[]> {
  const [isService, isPart] = [matcherOf(rule.service), matcherOf(rule.part)];
  const all = await measureAll(rule, windows);
  return all.filter(({ service, part }) => isService(service) && isPart(part));
}

async function measureAll(rule: AlertRule, windows: Windows): Promise<Measured[]> {
  if (rule.metric === 'no_data') return missing(rule, windows);
  if (rule.metric === 'burn_rate') return burning(rule, windows);
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
      const burn = ({ errors, requests }: Measures) => (requests > 0 ? errors / requests / budget / factor : 0);
      const enough = measures.requests >= rule.minRequests;
      const value = enough ? Math.min(burn(measures), recent === undefined ? 0 : burn(recent)) : null;
      const known = found.get(key)?.value ?? null;
      found.set(key, { ...subject, value: value === null ? known : Math.max(value, known ?? 0) });
    }
  }
  return [...found.values()];
}
