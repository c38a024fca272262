import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import {
  dateTime,
  QUICK_RANGES,
  quickOffset,
  quickRange,
  resolveRange,
  type TimeInput,
  type TimeRange,
} from '../base/time.ts';
import { useText } from '../data/text.ts';
import css from './control.module.css';

interface TimeRangePickerProps {
  readonly range: TimeRange;
  readonly choose: (range: TimeRange) => void;
}

const typed = (input: TimeInput) => (typeof input === 'number' ? dateTime(input) : input);

/** `2026-11-22 03:50:10` means local time: into epoch milliseconds; `now-15m` stays as it is. */
const meant = (text: string): TimeInput => {
  const trimmed = text.trim();
  if (trimmed.startsWith('now')) return trimmed;
  const ms = Date.parse(trimmed.replace(' ', 'T'));
  return Number.isNaN(ms) ? trimmed : ms;
};

export function TimeRangePicker({ range, choose }: TimeRangePickerProps) {
  const text = useText();
  const [from, setFrom] = useState(typed(range.from));
  const [to, setTo] = useState(typed(range.to));
  const [bad, setBad] = useState(false);
  const current = quickOffset(range);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    const chosen = { from: meant(from), to: meant(to) };
    if (resolveRange(chosen, Date.now())) choose(chosen);
    else setBad(true);
  };
  return (
    <div className={css.picker}>
      <fieldset className={css.quick} aria-label={text.range.quick}>
        {QUICK_RANGES.map((offset) => (
          <button
            type="button"
            key={offset}
            aria-pressed={offset === current}
            onClick={() => choose(quickRange(offset))}
          >
            {text.range.last(offset)}
          </button>
        ))}
      </fieldset>
      <form className={css.absolute} onSubmit={apply} aria-label={text.range.absolute}>
        <TextInput
          size="xs"
          label={text.range.from}
          value={from}
          onChange={(e) => setFrom(e.currentTarget.value)}
          data-autofocus
        />
        <TextInput
          size="xs"
          label={text.range.to}
          description={text.range.relativeHint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={to}
          onChange={(e) => setTo(e.currentTarget.value)}
          error={bad && text.range.bad}
        />
        <Button size="xs" type="submit">
          {text.range.apply}
        </Button>
        <span className={css.zone}>{text.range.zone(Intl.DateTimeFormat().resolvedOptions().timeZone)}</span>
      </form>
    </div>
  );
}
