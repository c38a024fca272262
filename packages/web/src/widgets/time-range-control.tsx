import { ActionIcon, Button, Popover } from '@mantine/core';
import { useState } from 'react';
import { quickOffset, rangeText, resolveRange, shiftRange, type TimeRange, widenRange } from '../base/time.ts';
import { useRange, useSetRange } from '../data/settings.ts';
import { type Text, useText } from '../data/text.ts';
import css from './control.module.css';
import { Icon, type IconName } from './icon.tsx';
import { TimeRangePicker } from './time-range-picker.tsx';

/** What a range is called: `Last 15 minutes`, both ends in local time, or as typed where it is no time. */
function rangeLabel(range: TimeRange, text: Text): string {
  const offset = quickOffset(range);
  if (offset) return text.range.last(offset);
  const at = resolveRange(range, Date.now());
  return at ? rangeText(at.from, at.to) : `${range.from} – ${range.to}`;
}

/** The page's time range: earlier, later, zoom out, and a picker. */
export function TimeRangeControl() {
  const text = useText();
  const range = useRange();
  const setRange = useSetRange();
  const [open, setOpen] = useState(false);
  const step = (next: (range: TimeRange, now: number) => TimeRange | null) => () =>
    setRange(next(range, Date.now()) ?? range);
  return (
    <fieldset className={css.group} aria-label={text.range.label}>
      <Step icon="left" label={text.range.earlier} run={step((r, now) => shiftRange(r, -1, now))} />
      <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus returnFocus>
        <Popover.Target>
          <Button
            variant="default"
            className={css.button}
            leftSection={<Icon name="clock" size={14} />}
            onClick={() => setOpen(!open)}
            aria-haspopup="dialog"
          >
            {rangeLabel(range, text)}
          </Button>
        </Popover.Target>
        <Popover.Dropdown p={0} aria-label={text.range.label}>
          <TimeRangePicker
            range={range}
            choose={(chosen) => {
              setRange(chosen);
              setOpen(false);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      <Step
        icon="right"
        label={text.range.later}
        run={step((r, now) => shiftRange(r, 1, now))}
        disabled={range.to === 'now'}
      />
      <Step icon="out" label={text.range.wider} run={step(widenRange)} className={css.wide} />
    </fieldset>
  );
}

interface StepProps {
  readonly icon: IconName;
  readonly label: string;
  readonly run: () => void;
  readonly disabled?: boolean;
  readonly className?: string | undefined;
}

function Step({ icon, label, run, disabled = false, className }: StepProps) {
  return (
    <ActionIcon
      variant="default"
      size={30}
      className={className ?? ''}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={run}
    >
      <Icon name={icon} size={15} />
    </ActionIcon>
  );
}
