import { Button } from '@mantine/core';
import { ALERT_METRICS, type AlertRule, type StoredAlertRule } from '@sonde/api';
import { type FormEvent, useState } from 'react';
import { type Text, useText } from '../../data/text.ts';
import css from '../../widgets/monitoring/alerts.module.css';

type Draft = Record<keyof Omit<AlertRule, 'enabled' | 'windows' | 'channels'> | 'channels', string>;

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

const draftOf = (rule: AlertRule): Draft =>
  Object.fromEntries(
    Object.entries(rule).map(([key, value]) => [key, Array.isArray(value) ? value.join(', ') : String(value)]),
  ) as Draft;

/** Fields that matter for a metric only. */
const ONLY: Partial<Record<keyof Draft, readonly string[]>> = {
  percentile: ['latency'],
  apdex: ['apdex'],
  slow: ['slow_rate'],
  objective: ['burn_rate'],
};

const choicesOf = (words: Text['alerts']): Partial<Record<keyof Draft, Record<string, string>>> => ({
  metric: Object.fromEntries(ALERT_METRICS.map((metric) => [metric, words.metrics[metric]])),
  by: words.bys,
  operator: { above: words.above, below: words.below },
  noData: words.noDataModes,
  severity: words.severities,
});

const FIELDS = [
  'name',
  'metric',
  'percentile',
  'apdex',
  'slow',
  'objective',
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
  const choices = choicesOf(words);
  const labels: Record<(typeof FIELDS)[number], string> = {
    name: words.name,
    metric: words.metric,
    percentile: words.quantile,
    apdex: lens.apdex,
    slow: lens.slow,
    objective: 'SLO',
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
        if (field === 'channels')
          return [
            field,
            typed
              .split(',')
              .map((name) => name.trim())
              .filter(Boolean),
          ];
        return [field, typeof base[field] === 'number' ? Number(typed) : typed];
      }),
    );
    onSave({ ...kept, ...values } as AlertRule);
  };
  return (
    <form className={css.form} onSubmit={save} aria-label={rule === null ? words.add : words.edit}>
      {FIELDS.filter((field) => ONLY[field] === undefined || ONLY[field].includes(draft.metric)).map((field) => {
        const options = choices[field];
        const change = (value: string) => setDraft({ ...draft, [field]: value });
        return (
          <label key={field} htmlFor={`rule-${field}`}>
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
          <span className={css.problem} role="alert">
            {problem}
          </span>
        )}
      </footer>
    </form>
  );
}
