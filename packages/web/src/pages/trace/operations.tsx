import type { TraceDetail } from '@sonde/api';
import { useMemo } from 'react';
import type { Section } from '../../base/critical-path.ts';
import { count, duration, percent } from '../../base/format.ts';
import { isCall } from '../../base/hops.ts';
import { type Operation, operationsOf } from '../../base/trace-operations.ts';
import { type Text, useText } from '../../data/text.ts';
import { type Column, DataTable } from '../../widgets/data-table.tsx';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import css from './calls.module.css';
import { TRACE_QUERY } from './route.ts';

interface OperationsProps {
  readonly trace: TraceDetail;
  readonly path: readonly Section[];
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly onSelect: (id: string) => void;
}

const FORMULAS_OF_NUMBERS = {
  count: 'traceSpans',
  errors: 'traceErrors',
  total: 'operationTotal',
  longest: 'operationLongest',
  self: 'selfTime',
  critical: 'criticalTime',
} as const;

function columnsOf({ trace }: Text, whole: number, onSelect: (id: string) => void): Column<Operation>[] {
  const number = (id: keyof typeof FORMULAS_OF_NUMBERS, show: (value: number) => string): Column<Operation> => ({
    id,
    formula: FORMULAS_OF_NUMBERS[id],
    header: trace.operationHeaders[id],
    width: 104,
    numeric: true,
    value: (row) => row[id],
    cell: (row) => show(row[id]),
  });
  return [
    {
      id: 'operation',
      header: trace.operation,
      width: 300,
      grow: true,
      value: (row) => `${row.service} ${row.name}`,
      cell: ({ service, name, kind, errors, slowest }) => (
        <button
          type="button"
          className={css.call}
          data-error={errors > 0}
          title={trace.showSlowest}
          onClick={() => onSelect(slowest)}
        >
          <b>{service}</b> {isCall({ kind }) && '→ '}
          <span>{name}</span>
        </button>
      ),
    },
    number('count', count),
    number('errors', count),
    number('total', duration),
    number('longest', duration),
    number('self', duration),
    number('critical', duration),
    {
      id: 'share',
      formula: 'criticalShare',
      header: trace.operationHeaders.share,
      width: 90,
      numeric: true,
      value: (row) => row.critical / whole,
      cell: (row) => percent(row.critical / whole),
    },
  ];
}

/** What the trace did and how often: where one statement runs a hundred times, it is seen here first. */
export function Operations({ trace, path, sort, onSort, onSelect }: OperationsProps) {
  const text = useText();
  const rows = useMemo(() => operationsOf(trace.spans, path), [trace, path]);
  const whole = useMemo(
    () =>
      Math.max(
        1,
        path.reduce((sum, { from, to }) => sum + to - from, 0),
      ),
    [path],
  );
  const columns = useMemo(() => columnsOf(text, whole, onSelect), [text, whole, onSelect]);
  const label = text.trace.views.operations;
  return (
    <div className={css.calls}>
      <div className={css.legend}>
        <span>{text.trace.operationsHelp}</span>
        <ExportMenu label={`${label}: ${trace.id}`} columns={columns} rows={rows} />
      </div>
      <DataTable
        label={label}
        query={TRACE_QUERY}
        columns={columns}
        rows={rows}
        rowKey={(row) => [row.service, row.kind, row.name].join('\0')}
        sort={sort}
        onSort={onSort}
      />
    </div>
  );
}
