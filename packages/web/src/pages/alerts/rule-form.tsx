import { Button } from '@mantine/core';
import { ALERT_METRICS, type AlertMetric, type AlertRule, type StoredAlertRule, subjectsOf } from '@sonde/api';
import { type FormEvent, useState } from 'react';
import { type Text, useText } from '../../data/text.ts';
import form from '../../widgets/form.module.css';

type Draft = Record<keyof Omit<AlertRule, 'enabled'>, string>;

const NEW: Omit<StoredAlertRule, 'id' | 'preset' | 'firing'> = {
  name: '',
  enabled: true,
  metric: 'error_rate',
  percentile: 95,
  apdex: 500,
  slow: 8000,
  objective: 0.999,
  windows: [
    { long: 3600, short: 300, factor: 14.4 },
    { long: 21_600, short: 1800, factor: 6 },
  ],
  spentBy: 'errors',
  by: 'service',
  service: '*',
  part: '*',
  operator: 'above',
  threshold: 0.05,
  window: 300,
  minRequests: 20,
  for: 60,
  recovery: 120,
  noData: 'ok',
  severity: 'warning',
  channels: [],
};

const windowText = ({ long, short, factor }: AlertRule['windows'][number]) => `${long}/${short} × ${factor}`;

const draftOf = (rule: AlertRule): Draft => ({
  ...(Object.fromEntries(Object.entries(rule).map(([key, value]) => [key, String(value)])) as Draft),
  channels: rule.channels.join(', '),
  windows: rule.windows.map(windowText).join(', '),
});

const listed = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** `3600/300 × 14.4`; what is not of this form the API refuses. */
function windowOf(text: string): AlertRule['windows'][number] {
  const [long, short, factor] = text.split(/[/×x*]/).map(Number);
  return { long, short, factor };
}

const BURN = ['burn_rate'];

/** Fields that matter for some metrics only, or for all but some. */
const ONLY: Partial<Record<keyof Draft, readonly string[]>> = {
  percentile: ['latency', 'rtt'],
  apdex: ['apdex'],
  slow: ['slow_rate', ...BURN],
  objective: BURN,
  spentBy: BURN,
  windows: BURN,
};
const NOT: Partial<Record<keyof Draft, readonly string[]>> = {
  operator: ['no_data', ...BURN],
  threshold: ['no_data', ...BURN],
  window: BURN,
};

const WIDE: readonly (keyof Draft)[] = ['name', 'windows'];

function matters(field: keyof Draft, { metric, spentBy }: Draft): boolean {
  if (field === 'slow' && metric === 'burn_rate') return spentBy === 'slow';
  return (ONLY[field]?.includes(metric) ?? true) && !NOT[field]?.includes(metric);
}

const choicesOf = (
  words: Text['alerts'],
  metric: AlertMetric,
): Partial<Record<keyof Draft, Record<string, string>>> => ({
  metric: Object.fromEntries(ALERT_METRICS.map((each) => [each, words.metrics[each]])),
  by: Object.fromEntries(subjectsOf(metric).map((by) => [by, words.bys[by]])),
  spentBy: words.spenders,
  operator: { above: words.above, below: words.below },
  noData: words.noDataModes,
  severity: words.severities,
});

const FIELDS = [
  'name',
  'metric',
  'percentile',
  'apdex',
  'objective',
  'windows',
  'spentBy',
  'slow',
  'operator',
  'threshold',
  'by',
  'service',
  'part',
  'window',
  'minRequests',
  'for',
  'recovery',
  'noData',
  'severity',
  'channels',
] as const;

interface RuleFormProps {
  readonly rule: StoredAlertRule | null;
  readonly problem: string | null;
  readonly onSave: (rule: AlertRule) => void;
  readonly onCancel: () => void;
}

/** A rule in fields. What is wrong with it the API says. */
export function RuleForm({ rule, problem, onSave, onCancel }: RuleFormProps) {
  const text = useText();
  const { alerts: words, lens } = text;
  const base = rule ?? NEW;
  const [draft, setDraft] = useState<Draft>(() => draftOf(base));
  const metric = draft.metric as AlertMetric;
  const choices = choicesOf(words, metric);
  const labels: Record<(typeof FIELDS)[number], string> = {
    name: words.name,
    metric: words.metric,
    percentile: words.quantile,
    apdex: lens.apdex,
    slow: lens.slow,
    objective: 'SLO',
    spentBy: words.spentBy,
    windows: words.windows,
    operator: words.condition,
    threshold: words.threshold,
    by: words.by,
    service: words.service,
    part: words.part,
    window: words.window,
    minRequests: words.minRequests,
    for: words.for,
    recovery: words.recovery,
    noData: words.noData,
    severity: words.severity,
    channels: words.channels,
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    const { id: _, preset: __, firing: ___, ...kept } = { id: '', preset: false, firing: 0, ...base };
    const values = Object.fromEntries(
      FIELDS.map((field) => {
        const typed = draft[field].trim();
        if (field === 'channels') return [field, listed(typed)];
        if (field === 'windows') return [field, listed(typed).map(windowOf)];
        return [field, typeof base[field] === 'number' ? Number(typed) : typed];
      }),
    );
    onSave({ ...kept, ...values } as AlertRule);
  };
  return (
    <form className={form.grid} onSubmit={save} aria-label={rule === null ? words.add : words.edit}>
      {FIELDS.filter((field) => matters(field, draft)).map((field) => {
        const options = choices[field];
        const change = (value: string) => {
          const next = { ...draft, [field]: value };
          const possible = subjectsOf(next.metric as AlertMetric);
          setDraft({ ...next, by: possible.find((by) => by === next.by) ?? possible[0] });
        };
        return (
          <label key={field} htmlFor={`rule-${field}`} className={WIDE.includes(field) ? form.wide : undefined}>
            {labels[field]}
            {options ? (
              <select id={`rule-${field}`} value={draft[field]} onChange={(event) => change(event.currentTarget.value)}>
                {Object.entries(options).map(([value, name]) => (
                  <option key={value} value={value}>
                    {name}
                  </option>
                ))}
              </select>
            ) : (
              <input
                id={`rule-${field}`}
                value={draft[field]}
                onChange={(event) => change(event.currentTarget.value)}
              />
            )}
          </label>
        );
      })}
      <footer>
        <Button size="xs" type="submit">
          {words.save}
        </Button>
        <Button size="xs" variant="default" onClick={onCancel}>
          {words.cancel}
        </Button>
        <span>{words.units}</span>
        {problem && (
          <span className={form.problem} role="alert">
            {problem}
          </span>
        )}
      </footer>
    </form>
  );
}
