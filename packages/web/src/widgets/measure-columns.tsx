import type { Service } from '@sonde/api';
import { bytes, count, duration, exact, percent, perSecond } from '../base/format.ts';
import { errorLevel } from '../base/health.ts';
import type { Text } from '../data/text.ts';
import type { Column } from './data-table.tsx';
import { Leveled } from './tags.tsx';

type Measures = Pick<
  Service,
  'requests' | 'errors' | 'errorRate' | 'rate' | 'latency' | 'requestBytes' | 'responseBytes' | 'side'
>;

const LATENCIES = ['avg', 'p50', 'p75', 'p90', 'p95', 'p99'] as const;

/** Requests, rate and error rate, the same in every table. */
export function volumeColumns<Row extends Measures>(text: Text): Column<Row>[] {
  const { measures } = text;
  return [
    {
      id: 'requests',
      header: measures.requests,
      numeric: true,
      width: 86,
      formula: 'requests',
      value: (row) => row.requests,
      cell: (row) => <span title={exact(row.requests)}>{count(row.requests)}</span>,
    },
    {
      id: 'rate',
      header: measures.rateUnit,
      numeric: true,
      width: 64,
      formula: 'rate',
      value: (row) => row.rate,
      cell: (row) => perSecond(row.rate),
    },
    {
      id: 'errors',
      header: measures.errorRate,
      numeric: true,
      width: 88,
      formula: 'errorRate',
      value: (row) => row.errorRate,
      cell: (row) => (
        <Leveled level={errorLevel(row.errorRate)} title={measures.errorsOf(exact(row.errors), exact(row.requests))}>
          {percent(row.errorRate)}
        </Leveled>
      ),
    },
  ];
}

export function latencyColumns<Row extends Measures>(text: Text): Column<Row>[] {
  return LATENCIES.map((key) => ({
    id: key,
    header: text.measures[key],
    numeric: true,
    width: 68,
    formula: key === 'avg' ? 'avg' : 'percentile',
    value: (row) => row.latency[key],
    cell: (row) => duration(row.latency[key]),
  }));
}

export function byteColumns<Row extends Measures>(text: Text): Column<Row>[] {
  const { measures } = text;
  return [
    {
      id: 'in',
      header: measures.bytesIn,
      help: measures.bytesInHelp,
      numeric: true,
      width: 70,
      formula: 'requestBytes',
      value: (row) => row.requestBytes,
      cell: (row) => bytes(row.requestBytes),
    },
    {
      id: 'out',
      header: measures.bytesOut,
      help: measures.bytesOutHelp,
      numeric: true,
      width: 70,
      formula: 'responseBytes',
      value: (row) => row.responseBytes,
      cell: (row) => bytes(row.responseBytes),
    },
  ];
}
