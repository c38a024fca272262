import { Button } from '@mantine/core';
import {
  PANEL_CHARTS,
  PANEL_FILTERS,
  PANEL_GROUPS,
  PANEL_HEIGHTS,
  PANEL_METRICS,
  PANEL_WIDTHS,
  type Panel,
} from '@sonde/api';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import form from '../../widgets/form.module.css';
import css from './dashboards.module.css';
import { useDashboardText } from './text.ts';

interface PanelFormProps {
  readonly panel: Panel;
  /** Whether the page says which service it is of. */
  readonly scoped: boolean;
  readonly onApply: (panel: Panel) => void;
  readonly onCancel: () => void;
}

/** A panel in fields. What does not go together the API says when it is shown or saved. */
export function PanelForm({ panel, scoped, onApply, onCancel }: PanelFormProps) {
  const words = useDashboardText();
  const [draft, setDraft] = useState(panel);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const set = (change: Partial<Panel>) => setDraft({ ...draft, ...change });
  const apply = (event: FormEvent) => {
    event.preventDefault();
    onApply(draft);
  };
  const choice = <K extends 'metric' | 'group' | 'chart' | 'width' | 'height'>(
    field: K,
    label: string,
    values: readonly Panel[K][],
    names: Readonly<Record<Panel[K], string>>,
  ) => (
    <label htmlFor={`panel-${field}`}>
      {label}
      <select
        id={`panel-${field}`}
        value={draft[field]}
        onChange={(event) => set({ [field]: event.currentTarget.value } as Partial<Panel>)}
      >
        {values.map((value) => (
          <option key={value} value={value}>
            {names[value]}
          </option>
        ))}
      </select>
    </label>
  );
  const number = (field: 'apdex' | 'slow' | 'top', label: string, most: number) => (
    <label htmlFor={`panel-${field}`}>
      {label}
      <input
        id={`panel-${field}`}
        type="number"
        min={1}
        max={most}
        required
        value={draft[field]}
        onChange={(event) => set({ [field]: event.currentTarget.valueAsNumber })}
      />
    </label>
  );
  return (
    <form
      className={`${form.grid} ${css.panelForm}`}
      onSubmit={apply}
      onKeyDown={(event) => event.key === 'Escape' && onCancel()}
      aria-label={words.editPanel}
    >
      <label htmlFor="panel-title">
        {words.panelTitle}
        <input
          id="panel-title"
          ref={first}
          maxLength={200}
          value={draft.title}
          placeholder={words.titleHint}
          onChange={(event) => set({ title: event.currentTarget.value })}
        />
      </label>
      {choice('metric', words.metric, PANEL_METRICS, words.metrics)}
      {draft.metric === 'latency' && (
        <label htmlFor="panel-percentiles">
          {words.percentiles}
          <input
            id="panel-percentiles"
            required
            pattern="\d{1,2}(\.\d{1,3})?(,\d{1,2}(\.\d{1,3})?){0,7}"
            title={words.percentilesHint}
            value={draft.percentiles}
            onChange={(event) => set({ percentiles: event.currentTarget.value })}
          />
        </label>
      )}
      {draft.metric === 'apdex' && number('apdex', words.apdex, 3_600_000)}
      {draft.metric === 'slow_rate' && number('slow', words.slow, 3_600_000)}
      {choice('group', words.group, PANEL_GROUPS, words.groups)}
      {draft.group !== 'none' && number('top', words.top, 20)}
      {choice('chart', words.chart, PANEL_CHARTS, words.charts)}
      {choice('width', words.width, PANEL_WIDTHS, words.widths)}
      {choice('height', words.height, PANEL_HEIGHTS, words.heights)}
      <fieldset>
        <legend>{words.filters}</legend>
        {PANEL_FILTERS.filter((field) => !(scoped && field === 'service')).map((field) => (
          <label key={field} htmlFor={`panel-of-${field}`}>
            {words.fields[field]}
            <input
              id={`panel-of-${field}`}
              value={draft.filter[field] ?? ''}
              placeholder={words.filterHint}
              onChange={(event) =>
                set({ filter: { ...draft.filter, [field]: event.currentTarget.value || undefined } })
              }
            />
          </label>
        ))}
      </fieldset>
      <footer>
        <Button size="xs" type="submit">
          {words.apply}
        </Button>
        <Button size="xs" variant="default" onClick={onCancel}>
          {words.cancel}
        </Button>
        {scoped && <small>{words.scoped}</small>}
      </footer>
    </form>
  );
}
