import type { MapEdge, MapNode } from '@sonde/api';
import type { ExportColumn } from '../../base/export.ts';
import type { Text } from '../../data/text.ts';

const LATENCIES = ['avg', 'p50', 'p75', 'p90', 'p95', 'p99'] as const;

function numbers<Row extends MapNode | MapEdge>({ measures }: Text): ExportColumn<Row>[] {
  return [
    { header: measures.requests, value: (row) => row.requests },
    { header: measures.rateUnit, value: (row) => row.rate },
    { header: measures.errors, value: (row) => row.errors },
    { header: measures.errorRate, value: (row) => row.errorRate },
    ...LATENCIES.map((key) => ({ header: measures[key], value: (row: Row) => row.latency[key] })),
    { header: measures.bytesIn, value: (row) => row.requestBytes },
    { header: measures.bytesOut, value: (row) => row.responseBytes },
  ];
}

export const nodeColumns = (text: Text): ExportColumn<MapNode>[] => [
  { header: text.measures.name, value: (row) => row.name },
  { header: text.measures.kind, value: (row) => row.kind },
  ...numbers<MapNode>(text),
];

export const edgeColumns = (text: Text): ExportColumn<MapEdge>[] => [
  { header: text.overview.caller, value: (row) => row.source },
  { header: text.overview.server, value: (row) => row.target },
  { header: text.measures.protocols, value: (row) => row.protocols.join(' ') },
  ...numbers<MapEdge>(text),
];
