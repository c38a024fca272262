import { Button, TextInput } from '@mantine/core';
import type { TraceDetail } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { duration } from '../../base/format.ts';
import { isCall } from '../../base/hops.ts';
import { dateTime } from '../../base/time.ts';
import { type DiffRow, diffOf, greatestChanges, selfChange } from '../../base/trace-diff.ts';
import { traceIdIn } from '../../base/trace-id.ts';
import { useText } from '../../data/text.ts';
import { useTrace, useUsualTrace } from '../../data/traces.ts';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import css from './compare.module.css';
import { DiffTree, signed } from './diff-tree.tsx';

interface CompareProps {
  readonly trace: TraceDetail;
  /** Id of the other one. */
  readonly other: string | undefined;
  readonly onOther: (id: string | undefined) => void;
  readonly onSelect: (id: string) => void;
}

/** The trace laid over another: what only one of them has, and what takes longer here than there. */
export function Compare({ trace, other, onOther, onSelect }: CompareProps) {
  return other === undefined ? (
    <Pick trace={trace} onPick={onOther} />
  ) : (
    <Against trace={trace} id={other} onOther={onOther} onSelect={onSelect} />
  );
}

interface PickProps {
  readonly trace: TraceDetail;
  readonly onPick: (id: string) => void;
}

function Pick({ trace, onPick }: PickProps) {
  const { trace: words, traces } = useText();
  const usual = useUsualTrace(trace);
  const [typed, setTyped] = useState('');
  const id = traceIdIn(typed);
  const isWrong = typed.trim() !== '' && id === null;
  return (
    <div className={css.pick}>
      <h3>{words.pickTitle}</h3>
      <p>{words.pickHint}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (id !== null) onPick(id);
        }}
      >
        <TextInput
          size="xs"
          w={300}
          maw="100%"
          aria-label={words.otherId}
          placeholder={traces.idHint}
          value={typed}
          error={isWrong && traces.badId}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button size="xs" variant="default" type="submit" disabled={id === null}>
          {words.compareWith}
        </Button>
      </form>
      <Button
        size="xs"
        loading={usual.isLoading}
        disabled={!usual.data}
        onClick={() => usual.data && onPick(usual.data.id)}
      >
        {words.usual}
      </Button>
      <p role="status">{usual.isSuccess && (usual.data ? words.usualOf(usual.data.of) : words.noUsual)}</p>
    </div>
  );
}

interface AgainstProps extends Omit<CompareProps, 'other'> {
  readonly id: string;
}

function Against({ trace, id, onOther, onSelect }: AgainstProps) {
  const { trace: words } = useText();
  const query = useTrace(id);
  const other = query.data?.trace;
  const rows = useMemo(() => (other ? diffOf(trace.spans, other.spans) : []), [trace, other]);
  const columns = [
    { header: words.operation, value: (row: DiffRow) => `${row.service} ${row.name}` },
    { header: words.thisTrace, value: ({ here }: DiffRow) => here?.time ?? null },
    { header: words.otherTrace, value: ({ there }: DiffRow) => there?.time ?? null },
    { header: words.difference, value: ({ here, there }: DiffRow) => (here && there ? here.time - there.time : null) },
    { header: words.ofItself, value: selfChange },
  ];
  const changes = useMemo(() => greatestChanges(rows, 3), [rows]);
  return (
    <div className={css.compare}>
      <div className={css.head}>
        <Side label={words.thisTrace} trace={trace} />
        {other && (
          <>
            <Side label={words.otherTrace} trace={other} isLink />
            <span>
              {words.difference} <b>{signed(trace.duration - other.duration)}</b>
            </span>
          </>
        )}
        <Button size="compact-xs" variant="default" onClick={() => onOther(undefined)}>
          {words.pickOther}
        </Button>
        <ExportMenu label={`${words.views.compare}: ${trace.id}`} columns={columns} rows={rows} />
      </div>
      {changes.length > 0 && (
        <p className={css.changes}>
          {words.changedMost}{' '}
          {changes.map((row) => (
            <span key={`${row.service} ${row.name} ${selfChange(row)}`}>
              <b>{row.service}</b> {isCall(row) && '→ '}
              {row.name} <b data-sign={Math.sign(selfChange(row))}>{signed(selfChange(row))}</b>
            </span>
          ))}
        </p>
      )}
      <QueryView query={query} missing={words.missing}>
        {({ trace: found }) => (
          <DiffTree rows={rows} total={Math.max(trace.duration, found.duration)} onSelect={onSelect} />
        )}
      </QueryView>
    </div>
  );
}

interface SideProps {
  readonly label: string;
  readonly trace: TraceDetail;
  readonly isLink?: boolean;
}

function Side({ label, trace, isLink = false }: SideProps) {
  const { trace: words } = useText();
  return (
    <span>
      {label}{' '}
      {isLink ? (
        <Link to="/traces/$id" params={{ id: trace.id }}>
          <code>{trace.id.slice(0, 8)}</code>
        </Link>
      ) : (
        <code>{trace.id.slice(0, 8)}</code>
      )}{' '}
      {dateTime(trace.start)} <b>{duration(trace.duration)}</b> {words.nodeSpans(trace.spans.length)}
      {trace.errors > 0 && <b data-bad="true"> {words.nodeErrors(trace.errors)}</b>}
    </span>
  );
}
