import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import type { TimeRange } from '@sonde/model';
import { type BatchLimits, StoredBatches } from './batches.ts';
import { connect, type Location, shareAnswers } from './client.ts';
import { firstConnection } from './first-connection.ts';
import { GroupInserter, type OnRetry } from './group-inserter.ts';
import { Journal } from './journal.ts';
import { migrate } from './migrations/migrate.ts';
import {
  type AlertDelivery,
  type AlertEvent,
  addAlertDelivery,
  addAlertEvents,
  alertSpans,
  openAlerts,
  undeliveredAlerts,
} from './queries/alerts.ts';
import { type Breakdown, breakdownTotals } from './queries/breakdown.ts';
import { type Area, contrastTotals } from './queries/contrast.ts';
import { edgeTotals } from './queries/edges.ts';
import { errorTotals } from './queries/errors.ts';
import { type Grouped, groupSeries, groupTotals } from './queries/groups.ts';
import { hostTotals, type InstanceScope, instanceStarts, instancesSeen, podsSeen } from './queries/instances.ts';
import { type Kept, keepSpans } from './queries/kept-spans.ts';
import { linkSpans, type SpanLinking } from './queries/link-spans.ts';
import { findLogs, type LogFilter, logsOfTraces } from './queries/logs.ts';
import { metricSums, metricTotals, resourcesOf } from './queries/metrics.ts';
import { type NetworkKey, networkSeries, networkTotals } from './queries/network.ts';
import { serviceEndpoints, serviceInstances, serviceSeries, serviceStatuses, viewTotal } from './queries/service.ts';
import { serviceNames, serviceTotals, sideOf, sparklines } from './queries/services.ts';
import { putSetting, type SettingsTable, settingsOf } from './queries/settings.ts';
import { type SpanArea, spanContrast, spanHeatmap } from './queries/span-heatmap.ts';
import { keptTraces, linksOfTraces, spansOfTraces, spansSince } from './queries/spans.ts';
import { statusSeries } from './queries/status-series.ts';
import { findEndpoints, lookupTotals, type SubjectKind, subjectTotals } from './queries/subjects.ts';
import { traceNames } from './queries/trace-names.ts';
import { findSpans, type SpanFilter, traceTotals } from './queries/traces.ts';
import { type UsageKey, usageTotals } from './queries/usage.ts';
import type { ServiceView } from './queries/view.ts';
import { type Horizon, type Plan, planRange } from './resolution.ts';
import { horizonOf, RETENTION, type Removal, type Retention, retain } from './retention.ts';
import type { Intake } from './rows.ts';
import { TABLES } from './schema.ts';
import { WRITER_LIMITS, Writer, type WriterLimits } from './writer.ts';

export interface StoreConfig {
  /** Folder of the journal and, without `server`, of the tables. One process at a time. */
  readonly path: string;
  /** A ClickHouse server to use instead of the embedded one. */
  readonly server?: { readonly url: string; readonly username?: string; readonly password?: string };
  readonly retention?: Retention;
  readonly limits?: Partial<WriterLimits>;
  readonly batchLimits?: BatchLimits;
  readonly onRetry?: OnRetry;
}

/** The tables of one Sonde: everything is written through `write` and read through the queries. */
export class Store {
  readonly #writeClient: ClickHouseClient;
  readonly #readClients: readonly ClickHouseClient[];
  readonly #writer: Writer;
  readonly #batches: StoredBatches;
  readonly #retention: Retention;
  #horizon: Horizon;
  #turn = 0;

  private constructor(
    writeClient: ClickHouseClient,
    readClients: readonly ClickHouseClient[],
    writer: Writer,
    batches: StoredBatches,
    retention: Retention,
    horizon: Horizon,
  ) {
    this.#writeClient = writeClient;
    this.#readClients = readClients;
    this.#writer = writer;
    this.#batches = batches;
    this.#retention = retention;
    this.#horizon = horizon;
  }

  /**
   * Opens the tables, brings the schema up to date and stores what a killed process left in the journal.
   * @throws StoreUnusable
   */
  static async open(config: StoreConfig): Promise<Store> {
    const location: Location =
      config.server === undefined
        ? { kind: 'embedded', path: join(config.path, 'clickhouse') }
        : { kind: 'server', ...config.server };
    const client = await firstConnection(config.path, location);
    const readers = [connect(location), connect(location)];
    shareAnswers(readers);
    try {
      await migrate(client);
      const journal = await Journal.open(join(config.path, 'journal'));
      const inserter = new GroupInserter(client, journal, config.onRetry ?? (() => {}));
      await inserter.recover();
      const batches = await StoredBatches.load(readers[0], config.batchLimits, location.kind === 'server');
      const writer = new Writer(journal, inserter, batches, { ...WRITER_LIMITS, ...config.limits });
      return new Store(client, readers, writer, batches, config.retention ?? RETENTION, await horizonOf(client));
    } catch (error) {
      await Promise.all([client, ...readers].map((each) => each.close()));
      throw error;
    }
  }

  /** See `Writer.write`. */
  write(intake: Intake): Promise<'stored' | 'repeated'> {
    return this.#writer.write(intake);
  }

  /** How to read a range with the resolutions that still have it. */
  plan(range: TimeRange, points?: number): Plan {
    return planRange(Math.floor(range.from / 1000), Math.ceil(range.to / 1000), points, this.#horizon);
  }

  /** Enforces age and byte limits; `now` in seconds since the epoch. Call it about once a minute. */
  async retain(now = Date.now() / 1000): Promise<Removal[]> {
    const removals = await retain(this.#writeClient, this.#retention, now);
    this.#batches.forget(now - this.#retention.batches.seconds - TABLES.batches.partition);
    if (removals.length > 0) this.#horizon = await horizonOf(this.#writeClient);
    return removals;
  }

  async ping(): Promise<boolean> {
    return (await this.#reader().ping()).success;
  }

  serviceTotals = (plan: Plan, service?: string) => serviceTotals(this.#reader(), plan, service);
  sideOf = (plan: Plan, service: string) => sideOf(this.#reader(), plan, service);
  serviceNames = (plan: Plan, service?: string) => serviceNames(this.#reader(), plan, service);
  sparklines = (plan: Plan, step: number, service?: string) => sparklines(this.#reader(), plan, step, service);
  serviceSeries = (plan: Plan, view: ServiceView) => serviceSeries(this.#reader(), plan, view);
  serviceStatuses = (plan: Plan, view: ServiceView) => serviceStatuses(this.#reader(), plan, view);
  serviceInstances = (plan: Plan, view: ServiceView) => serviceInstances(this.#reader(), plan, view);
  serviceEndpoints = (plan: Plan, view: ServiceView) => serviceEndpoints(this.#reader(), plan, view);
  settingsOf = (table: SettingsTable) => settingsOf(this.#reader(), table);
  putSetting = (table: SettingsTable, id: string, body: string | null, version: number) =>
    putSetting(this.#writeClient, table, id, body, version);
  groupTotals = (plan: Plan, of: Grouped, limit: number) => groupTotals(this.#reader(), plan, of, limit);
  groupSeries = (plan: Plan, of: Grouped, keys: readonly string[]) => groupSeries(this.#reader(), plan, of, keys);
  addAlertEvents = (events: readonly AlertEvent[]) => addAlertEvents(this.#writeClient, events);
  addAlertDelivery = (delivery: AlertDelivery) => addAlertDelivery(this.#writeClient, delivery);
  openAlerts = () => openAlerts(this.#reader());
  undeliveredAlerts = (since: number) => undeliveredAlerts(this.#reader(), since);
  alertSpans = (from: number, to: number, service?: string) => alertSpans(this.#reader(), from, to, service);
  viewTotal = (plan: Plan, view: ServiceView) => viewTotal(this.#reader(), plan, view);
  statusSeries = (plan: Plan, view: ServiceView) => statusSeries(this.#reader(), plan, view);
  breakdownTotals = (plan: Plan, view: ServiceView, by: Breakdown) => breakdownTotals(this.#reader(), plan, view, by);
  usageTotals = (plan: Plan, view: ServiceView, by: UsageKey, limit: number) =>
    usageTotals(this.#reader(), plan, view, by, limit);
  errorTotals = (plan: Plan, limit: number, service?: string) => errorTotals(this.#reader(), plan, limit, service);
  contrastTotals = (plan: Plan, view: ServiceView, area: Area) => contrastTotals(this.#reader(), plan, view, area);
  subjectTotals = (plan: Plan, kind: SubjectKind, clientErrorsOnly?: boolean) =>
    subjectTotals(this.#reader(), plan, kind, clientErrorsOnly);
  lookupTotals = (plan: Plan, kind: SubjectKind) => lookupTotals(this.#reader(), plan, kind);
  findEndpoints = (plan: Plan, words: readonly string[]) => findEndpoints(this.#reader(), plan, words);
  edgeTotals = (plan: Plan, service?: string) => edgeTotals(this.#reader(), plan, service);
  metricSums = (plan: Plan, service: string, metrics: readonly string[]) =>
    metricSums(this.#reader(), plan, service, metrics);
  metricTotals = (plan: Plan, service: string, metrics?: readonly string[]) =>
    metricTotals(this.#reader(), plan, service, metrics);
  networkTotals = (plan: Plan, by: readonly NetworkKey[], service?: string) =>
    networkTotals(this.#reader(), plan, by, service);
  networkSeries = (plan: Plan, service: string) => networkSeries(this.#reader(), plan, service);
  findSpans = (range: TimeRange, filter: SpanFilter) => findSpans(this.#reader(), range, filter);
  spanHeatmap = (range: TimeRange, step: number, filter: Parameters<typeof spanHeatmap>[3]) =>
    spanHeatmap(this.#reader(), range, step, filter);
  spanContrast = (
    range: TimeRange,
    filter: Parameters<typeof spanContrast>[2],
    area: SpanArea,
    spans: Parameters<typeof spanContrast>[4],
  ) => spanContrast(this.#reader(), range, filter, area, spans);
  traceNames = (traceIds: readonly string[]) => traceNames(this.#reader(), traceIds);
  traceTotals = (range: TimeRange, traceIds: readonly string[]) => traceTotals(this.#reader(), range, traceIds);
  spansOfTraces = (traceIds: readonly string[], limit?: number, since?: number) =>
    spansOfTraces(this.#reader(), traceIds, limit, since);
  linksOfTraces = (traceIds: readonly string[]) => linksOfTraces(this.#reader(), traceIds);
  findLogs = (range: TimeRange, filter: LogFilter) => findLogs(this.#reader(), range, filter);
  logsOfTraces = (traceIds: readonly string[], span: string | undefined, limit: number) =>
    logsOfTraces(this.#reader(), traceIds, span, limit);
  linkSpans = (linking: SpanLinking, now: number) => linkSpans(this.#reader(), linking, now);
  keepSpans = (kept: Kept) => keepSpans(this.#writeClient, kept);
  keptTraces = (seconds: number) => keptTraces(this.#reader(), seconds);
  spansSince = (seconds: number, limit: number) => spansSince(this.#reader(), seconds, limit);
  resourcesOf = (service: string) => resourcesOf(this.#reader(), service);
  instancesSeen = (plan: Plan, scope?: InstanceScope) => instancesSeen(this.#reader(), plan, scope);
  instanceStarts = (plan: Plan, scope: InstanceScope) => instanceStarts(this.#reader(), plan, scope);
  podsSeen = (plan: Plan) => podsSeen(this.#reader(), plan);
  hostTotals = (plan: Plan, host: string) => hostTotals(this.#reader(), plan, host);

  async close(patience?: number): Promise<void> {
    await this.#writer.close(patience);
    await Promise.all([this.#writeClient, ...this.#readClients].map((client) => client.close()));
  }

  #reader(): ClickHouseClient {
    return this.#readClients[this.#turn++ % this.#readClients.length];
  }
}
