import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { areaOf, NO_AREA } from '../../base/area.ts';
import { duration } from '../../base/format.ts';
import { clock } from '../../base/time.ts';
import { parseDuration, traceIdIn } from '../../base/trace-id.ts';
import { useServices } from '../../data/queries.ts';
import { useText } from '../../data/text.ts';
import { Icon } from '../../widgets/icon.tsx';
import { PRESETS, SPAN_KINDS, type TracesSearch } from './route.ts';
import css from './traces-page.module.css';

type Field = 'service' | 'operation' | 'peer' | 'min' | 'max' | 'text';

const FIELDS: readonly Field[] = ['service', 'operation', 'text', 'min', 'max'];
const CHIPS = ['service', 'operation', 'peer', 'kind', 'text', 'min', 'max'] as const;

interface FiltersProps {
  readonly search: TracesSearch;
  readonly change: (change: TracesSearch) => void;
}

/** What narrows the list: fields, presets, and a chip for each filter that is set. */
export function Filters({ search, change }: FiltersProps) {
  const { traces } = useText();
  const set = CHIPS.filter((field) => search[field] !== undefined);
  const area = areaOf(search);
  return (
    <search className={css.filters} aria-label={traces.filters}>
      <div className={css.bar}>
        <SegmentedControl
          size="xs"
          aria-label={traces.presets}
          value={search.show ?? 'recent'}
          onChange={(value) => change({ show: PRESETS.find((each) => each === value), sort: undefined })}
          data={PRESETS.map((value) => ({ value, label: traces[value] }))}
        />
        {FIELDS.map((field) => (
          <FilterField
            key={field}
            field={field}
            value={search[field] ?? ''}
            commit={(value) => change({ [field]: value || undefined })}
          />
        ))}
        <NativeSelect
          size="xs"
          w={104}
          aria-label={traces.kind}
          value={search.kind ?? ''}
          onChange={(event) => change({ kind: SPAN_KINDS.find((each) => each === event.currentTarget.value) })}
          data={[
            { value: '', label: traces.anyKind },
            ...SPAN_KINDS.map((each) => ({ value: each, label: traces.kinds[each] })),
          ]}
        />
        <span className={css.grow} />
        <OpenById />
      </div>
      {(set.length > 0 || area !== null) && (
        <div className={css.bar}>
          {area !== null && (
            <Chip
              label={`${traces.area}: ${clock(area.areaFrom)} – ${clock(area.areaTo)}, ${duration(area.areaLow)} – ${duration(area.areaHigh)}`}
              remove={() => change(NO_AREA)}
            />
          )}
          {set.map((field) => (
            <Chip
              key={field}
              label={`${traces[field]}: ${field === 'kind' && search.kind ? traces.kinds[search.kind] : search[field]}`}
              remove={() => change({ [field]: undefined })}
            />
          ))}
          {set.length + (area === null ? 0 : 1) > 1 && (
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => change({ ...NO_AREA, ...Object.fromEntries(CHIPS.map((field) => [field, undefined])) })}
            >
              {traces.clear}
            </Button>
          )}
        </div>
      )}
    </search>
  );
}

function Chip({ label, remove }: { readonly label: string; readonly remove: () => void }) {
  const { traces } = useText();
  return (
    <button type="button" className={css.chip} onClick={remove} aria-label={traces.remove(label)} title={label}>
      <span>{label}</span>
      <Icon name="close" size={11} />
    </button>
  );
}

interface FilterFieldProps {
  readonly field: Field;
  readonly value: string;
  readonly commit: (value: string) => void;
}

/** The least widths; a wider page gives half as much again. All fit in one line from 1280 px on. */
const WIDTHS: Record<Field, number> = { peer: 100, service: 100, operation: 110, text: 150, min: 100, max: 100 };

function FilterField({ field, value, commit }: FilterFieldProps) {
  const { traces } = useText();
  const services = useServices().data?.services ?? [];
  const isDuration = field === 'min' || field === 'max';
  return (
    <>
      <CommitInput
        label={traces[field]}
        placeholder={field === 'text' ? traces.textHint : traces[field]}
        value={value}
        width={WIDTHS[field]}
        list={field === 'service' ? 'trace-services' : undefined}
        problem={(text) => (isDuration && text !== '' && parseDuration(text) === null ? traces.badDuration : null)}
        commit={commit}
      />
      {field === 'service' && (
        <datalist id="trace-services">
          {services.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      )}
    </>
  );
}

/** Takes an id typed here, or pasted anywhere on the page. */
function OpenById() {
  const { traces } = useText();
  const navigate = useNavigate();
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea')) return;
      const id = traceIdIn(event.clipboardData?.getData('text') ?? '');
      if (id !== null) void navigate({ to: '/traces/$id', params: { id } });
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, [navigate]);
  return (
    <CommitInput
      label={traces.id}
      placeholder={traces.idHint}
      value=""
      width={150}
      icon={<Icon name="search" size={14} />}
      problem={(text) => (text !== '' && traceIdIn(text) === null ? traces.badId : null)}
      commit={(text) => {
        const id = traceIdIn(text);
        if (id !== null) void navigate({ to: '/traces/$id', params: { id } });
      }}
    />
  );
}

interface CommitInputProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly width: number;
  readonly list?: string | undefined;
  readonly icon?: ReactNode;
  readonly problem: (text: string) => string | null;
  readonly commit: (text: string) => void;
}

/** Takes effect with Enter or when it is left, and only where nothing is wrong with it. */
function CommitInput({ label, placeholder, value, width, list, icon, problem, commit }: CommitInputProps) {
  const [typed, setTyped] = useState(value);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => setTyped(value), [value]);
  const done = () => {
    const wrong = problem(typed.trim());
    setError(wrong);
    if (wrong === null && typed.trim() !== value) commit(typed.trim());
  };
  return (
    <TextInput
      size="xs"
      flex={`1 1 ${width}px`}
      maw={width * 1.5}
      aria-label={label}
      title={error ?? label}
      placeholder={placeholder}
      list={list}
      leftSection={icon}
      value={typed}
      error={error !== null}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        setError(null);
      }}
      onBlur={done}
      onKeyDown={(event) => event.key === 'Enter' && done()}
    />
  );
}
