import type { TraceDetail } from '@sonde/api';
import { useMemo } from 'react';
import { duration } from '../../base/format.ts';
import { type Hop, type HopPart, hopsOf, isKnown, peerOf } from '../../base/hops.ts';
import { type Text, useText } from '../../data/text.ts';
import { type Column, DataTable } from '../../widgets/data-table.tsx';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import { Notice } from '../../widgets/notice.tsx';
import css from './calls.module.css';
import { HopBar, HopLegend } from './hop-bar.tsx';
import { TRACE_QUERY } from './route.ts';

interface CallsProps {
  readonly trace: TraceDetail;
  readonly selected: string | undefined;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly onSelect: (id: string) => void;
}

const FORMULAS_OF_PARTS: Record<HopPart, string> = {
  client: 'callClient',
  network: 'callNetwork',
  queue: 'callQueue',
  server: 'callServer',
};

const partOf = (hop: Hop, part: HopPart) => (isKnown(hop, part) ? hop.parts[part] : null);

const targetOf = ({ client, server }: Hop) => server?.service ?? peerOf(client) ?? '?';

function columnsOf({ trace }: Text, most: number, { selected, onSelect }: CallsProps): Column<Hop>[] {
  const part = (id: HopPart): Column<Hop> => ({
    id,
    header: trace.hopHeaders[id],
    formula: FORMULAS_OF_PARTS[id],
    width: 82,
    numeric: true,
    value: (hop) => partOf(hop, id),
    cell: (hop) => duration(partOf(hop, id)),
  });
  return [
    {
      id: 'call',
      header: trace.call,
      width: 260,
      grow: true,
      value: (hop) => `${hop.caller.service} ${targetOf(hop)} ${hop.client.name}`,
      cell: (hop) => (
        <button
          type="button"
          className={css.call}
          aria-current={hop.client.id === selected}
          data-error={hop.client.error}
          title={`${hop.caller.service} → ${targetOf(hop)} ${hop.client.name}`}
          onClick={() => onSelect(hop.client.id)}
        >
          {hop.caller.service} → <b>{targetOf(hop)}</b> <span>{hop.client.name}</span>
        </button>
      ),
    },
    {
      id: 'start',
      formula: 'spanOffset',
      header: trace.offset,
      width: 84,
      numeric: true,
      value: (hop) => hop.caller.offset,
      cell: (hop) => duration(hop.caller.offset),
    },
    {
      id: 'total',
      formula: 'callWaited',
      header: trace.waited,
      width: 90,
      numeric: true,
      value: (hop) => hop.caller.duration,
      cell: (hop) => duration(hop.caller.duration),
    },
    {
      id: 'bar',
      header: trace.hop,
      width: 210,
      value: (hop) => hop.caller.duration,
      cell: (hop) => <HopBar hop={hop} most={most} />,
    },
    part('client'),
    part('network'),
    part('queue'),
    part('server'),
  ];
}

/** Every call of the trace: where the time between its ends went. */
export function Calls(props: CallsProps) {
  const { trace, sort, onSort, selected, onSelect } = props;
  const text = useText();
  const hops = useMemo(() => hopsOf(trace.spans), [trace]);
  const most = useMemo(() => hops.reduce((longest, hop) => Math.max(longest, hop.caller.duration), 0), [hops]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: of the props only these two are in the columns
  const columns = useMemo(() => columnsOf(text, most, props), [text, most, selected, onSelect]);
  if (hops.length === 0) return <Notice title={text.trace.noCalls} hint={text.trace.noCallsHint} />;
  return (
    <div className={css.calls}>
      <div className={css.legend}>
        <HopLegend />
        <ExportMenu label={`${text.trace.views.calls}: ${trace.id}`} columns={columns} rows={hops} />
      </div>
      <DataTable
        label={text.trace.views.calls}
        query={TRACE_QUERY}
        columns={columns}
        rows={hops}
        rowKey={(hop) => hop.client.id}
        sort={sort}
        onSort={onSort}
      />
    </div>
  );
}
