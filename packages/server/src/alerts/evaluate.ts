import type { AlertRule } from '@sonde/api';

/** Where an alert stands. Times are epoch milliseconds. */
export interface Standing {
  readonly state: 'pending' | 'firing';
  /** When the condition began to hold. */
  readonly started: number;
  /** Since when a firing alert's condition no longer holds, `null` while it does. */
  readonly calmSince: number | null;
}

export interface Step {
  /** `undefined` where nothing is wrong. */
  readonly standing: Standing | undefined;
  /** What has to be recorded, if anything changed. */
  readonly event: 'pending' | 'cleared' | 'firing' | 'resolved' | null;
}

/** Whether the condition holds; `null` where there is nothing to tell it by. */
export function holds(rule: AlertRule, value: number | null): boolean | null {
  if (value === null) return rule.noData === 'keep' ? null : rule.noData === 'alert';
  if (rule.metric === 'no_data') return value > 0;
  if (rule.metric === 'burn_rate') return value >= 1;
  return rule.operator === 'above' ? value > rule.threshold : value < rule.threshold;
}

/** One evaluation of one rule for one subject. */
export function step(rule: AlertRule, standing: Standing | undefined, value: number | null, now: number): Step {
  const condition = holds(rule, value);
  if (condition === null) return { standing, event: null };
  if (standing === undefined) {
    if (!condition) return { standing, event: null };
    const state = rule.for === 0 ? 'firing' : 'pending';
    return { standing: { state, started: now, calmSince: null }, event: state };
  }
  if (standing.state === 'pending') {
    if (!condition) return { standing: undefined, event: 'cleared' };
    if (now - standing.started < rule.for * 1000) return { standing, event: null };
    return { standing: { ...standing, state: 'firing' }, event: 'firing' };
  }
  if (condition) return { standing: { ...standing, calmSince: null }, event: null };
  const calmSince = standing.calmSince ?? now;
  if (now - calmSince < rule.recovery * 1000) return { standing: { ...standing, calmSince }, event: null };
  return { standing: undefined, event: 'resolved' };
}
