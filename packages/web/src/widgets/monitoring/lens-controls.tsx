import { type FocusEvent, type KeyboardEvent, useState } from 'react';
import { COMPARISONS } from '../../data/root-route.ts';
import { useLens, useSetSettings } from '../../data/settings.ts';
import { useText } from '../../data/text.ts';
import form from '../form.module.css';

const PERCENTILES = /^\d{1,2}(\.\d{1,3})?(,\d{1,2}(\.\d{1,3})?){0,7}$/;
const WHOLE = /^[1-9]\d{0,6}$/;

export const DEFAULTS = { percentiles: '50,75,99', apdex: 500, slow: 8000 } as const;

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly standard: string;
  readonly form: RegExp;
  readonly width: number;
  readonly help?: string;
  readonly onChange: (value: string | undefined) => void;
}

/** Takes effect with Enter or when left; emptied it goes back to the standard. */
function Field({ label, value, standard, form, width, help, onChange }: FieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? value;
  const clean = shown.replaceAll(' ', '');
  const bad = clean !== '' && !form.test(clean);
  const commit = (_event: FocusEvent | KeyboardEvent) => {
    if (bad) return;
    setTyped(null);
    if (typed !== null) onChange(clean === '' || clean === standard ? undefined : clean);
  };
  return (
    <label title={help}>
      {label}
      <input
        value={shown}
        style={{ width }}
        aria-invalid={bad}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit(event)}
      />
    </label>
  );
}

/** Percentile lines, thresholds and the time to compare with; all of it is in the URL. */
export function LensControls({ slow = true }: { readonly slow?: boolean }) {
  const { lens: words } = useText();
  const lens = useLens();
  const set = useSetSettings();
  const number = (value: string | undefined) => (value === undefined ? undefined : Number(value));
  return (
    <fieldset className={form.line} aria-label={words.label}>
      <Field
        label={words.percentiles}
        value={lens.percentiles ?? DEFAULTS.percentiles}
        standard={DEFAULTS.percentiles}
        form={PERCENTILES}
        width={96}
        help={words.percentilesHelp}
        onChange={(p) => set({ p })}
      />
      <Field
        label={words.apdex}
        value={String(lens.apdex ?? DEFAULTS.apdex)}
        standard={String(DEFAULTS.apdex)}
        form={WHOLE}
        width={56}
        onChange={(apdex) => set({ apdex: number(apdex) })}
      />
      {slow && <SlowField />}
      <label>
        {words.compare}
        <select
          value={lens.compare ?? 'none'}
          onChange={(event) =>
            set({ compare: COMPARISONS.find((each) => each === event.currentTarget.value) ?? undefined })
          }
        >
          {(['none', ...COMPARISONS] as const).map((each) => (
            <option key={each} value={each}>
              {words.comparisons[each]}
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}

export function SlowField() {
  const { lens: words } = useText();
  const lens = useLens();
  const set = useSetSettings();
  return (
    <Field
      label={words.slow}
      value={String(lens.slow ?? DEFAULTS.slow)}
      standard={String(DEFAULTS.slow)}
      form={WHOLE}
      width={64}
      onChange={(slow) => set({ slow: slow === undefined ? undefined : Number(slow) })}
    />
  );
}
