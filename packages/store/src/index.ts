export { recordQueries, type SentQuery } from './client.ts';
export { StoreUnusable } from './first-connection.ts';
export { StoreBusy, StoreRefused } from './group-inserter.ts';
export type { NetworkFacts, NetworkRow } from './network-row.ts';
export type { AlertDelivery, AlertEvent, AlertSpan, AlertState } from './queries/alerts.ts';
export { BREAKDOWNS, type Breakdown, type BreakdownTotal } from './queries/breakdown.ts';
export type { Area, ContrastTotal } from './queries/contrast.ts';
export type { EdgeTotal } from './queries/edges.ts';
export type { ErrorTotal } from './queries/errors.ts';
export type { Grouped, GroupStep, GroupTotal, ViewGroup } from './queries/groups.ts';
export {
  type HostTotal,
  type InstanceSeen,
  type InstanceStart,
  TELL_EVERY,
} from './queries/instances.ts';
export type { SpanLinking } from './queries/link-spans.ts';
export type { FoundLog, LogFilter } from './queries/logs.ts';
export { addMeasures, addSums, type Measures, mergeBins, NOTHING, type Sums } from './queries/measures.ts';
export type { MetricTotal, ResourceInfo } from './queries/metrics.ts';
export type { NetworkKey, NetworkStep, NetworkTotal } from './queries/network.ts';
export type { EndpointTotal, InstanceTotal, StatusTotal, StepTotal } from './queries/service.ts';
export type { ServiceTotal, Sparkline } from './queries/services.ts';
export type { SettingsTable } from './queries/settings.ts';
export type { HeatmapTotal, SpanArea, SpanContrastTotal } from './queries/span-heatmap.ts';
export type { StatusStep } from './queries/status-series.ts';
export type { FoundEndpoint, LookupTotal, SubjectKind, SubjectTotal } from './queries/subjects.ts';
export type { SpanFilter, SpanMatch, TraceTotal } from './queries/traces.ts';
export { type StatusCount, USAGE_KEYS, type UsageKey, type UsageTotal } from './queries/usage.ts';
export type { RowFilter, ServiceView } from './queries/view.ts';
export type { Plan } from './resolution.ts';
export { type Quota, RETENTION, type Removal, type Retention } from './retention.ts';
export type {
  Batch,
  Intake,
  LogRow,
  MetricRow,
  PodRow,
  RequestRow,
  ResourceRow,
  SpanLinkRow,
  SpanRow,
  TextAttributes,
  TraceAliasRow,
} from './rows.ts';
export { TABLES, type TableName } from './schema.ts';
export { Store, type StoreConfig } from './store.ts';
