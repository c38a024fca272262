import { ATTR, SELF } from '@sonde/model';
import type { AttributeMap, Metric, MetricsData, NumberPoint } from '@sonde/otlp';
import type { RuntimeCount } from '../runtime/runtimes.ts';

/** What the agent is, as resource attributes of its own metrics. */
export interface AgentIdentity {
  readonly id: string;
  readonly version: string;
  readonly hostName: string;
  /** Kernel release. */
  readonly kernel: string;
  /** How the kernel is hooked: `A`, `B` or `C`. */
  readonly hookLevel: string;
  /** What may be observed, in words. */
  readonly scope: string;
  /** Why its spans have no links (SONDE_AGENT_IDENTITY), '' where they have. */
  readonly unlinked: string;
}

/** One BPF program's statistics (bpf_prog_info), counted since it was loaded. */
export interface ProgramStats {
  readonly program: string;
  /** ns */
  readonly runTime: number;
  readonly runs: number;
}

/** What the stages of the agent counted since its start, and how large they are now. */
export interface AgentCounters {
  readonly records: number;
  readonly exchanges: number;
  /** Everything lost, by cause. */
  readonly dropped: ReadonlyMap<string, number>;
  readonly programs: readonly ProgramStats[];
  /** Bytes of the spool now. */
  readonly spoolBytes: number;
  /** Series kept by the aggregation now. */
  readonly series: number;
  /** Processes whose tasks are told apart. */
  readonly runtimes: readonly RuntimeCount[];
  /** Why it cannot tell of pods now, '' where it can or is not asked to. */
  readonly podProblem: string;
}

/** The agent's own numbers at one moment; counts and times are since its start. */
export interface SelfSample extends AgentCounters {
  /** CPU time of all threads, in seconds. */
  readonly cpuUser: number;
  readonly cpuSystem: number;
  /** Resident set size in bytes. */
  readonly rss: number;
}

export interface Interval {
  /** Nanoseconds since the epoch. */
  readonly start: bigint;
  readonly end: bigint;
}

/** `service.name` of every agent. */
const SERVICE_NAME = 'sonde-agent';

/** A sum's points before and now: attributes and value. */
type Counts = readonly (readonly [AttributeMap, number])[];

/**
 * The agent's own numbers as OTLP metrics under the names `SELF`: delta sums against the sample before, or cumulative
 * ones where there is none.
 */
export function selfMetrics(
  identity: AgentIdentity,
  now: SelfSample,
  before: SelfSample | null,
  interval: Interval,
): MetricsData {
  const times = { startTimeUnixNano: interval.start, timeUnixNano: interval.end };

  const sum = (name: string, unit: string, counts: (sample: SelfSample) => Counts): Metric => {
    const past = new Map(before === null ? [] : counts(before).map(([key, value]) => [JSON.stringify(key), value]));
    const points = counts(now).map(([attributes, value]): NumberPoint => {
      const earlier = past.get(JSON.stringify(attributes)) ?? 0;
      return { attributes, ...times, value: value < earlier ? value : value - earlier };
    });
    const temporality = before === null ? 'cumulative' : 'delta';
    return { name, unit, data: { kind: 'sum', temporality, monotonic: true, points } };
  };
  const gauge = (name: string, unit: string, ...counts: Counts): Metric => {
    const points = counts.map(([attributes, value]): NumberPoint => ({ attributes, ...times, value }));
    return { name, unit, data: { kind: 'gauge', points } };
  };

  const metrics = [
    sum(SELF.cpu, 's', (sample) => [
      [{ 'cpu.mode': 'user' }, sample.cpuUser],
      [{ 'cpu.mode': 'system' }, sample.cpuSystem],
    ]),
    gauge(SELF.memory, 'By', [{}, now.rss]),
    sum(SELF.programTime, 's', ({ programs }) => programs.map(({ program, runTime }) => [{ program }, runTime / 1e9])),
    sum(SELF.programRuns, '{run}', ({ programs }) => programs.map(({ program, runs }) => [{ program }, runs])),
    sum(SELF.records, '{record}', (sample) => [[{}, sample.records]]),
    sum(SELF.exchanges, '{exchange}', (sample) => [[{}, sample.exchanges]]),
    sum(SELF.dropped, '{item}', ({ dropped }) => [...dropped].map(([cause, count]) => [{ cause }, count])),
    gauge(SELF.spoolBytes, 'By', [{}, now.spoolBytes]),
    gauge(SELF.series, '{series}', [{}, now.series]),
    gauge(
      SELF.runtimes,
      '{process}',
      ...now.runtimes.map(({ runtime, state, processes }) => [{ runtime, state }, processes] as const),
    ),
    gauge(SELF.linked, '1', [{}, identity.unlinked === '' ? 1 : 0]),
  ].filter((metric) => metric.data.points.length > 0);

  const scope = { name: 'sonde', version: identity.version };
  const resource = { attributes: resourceAttributes(identity, now) };
  return { kind: 'metrics', resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics }] }] };
}

function resourceAttributes(identity: AgentIdentity, { podProblem }: AgentCounters): AttributeMap {
  return {
    [ATTR.serviceName]: SERVICE_NAME,
    [ATTR.serviceInstanceId]: identity.id,
    'service.version': identity.version,
    [ATTR.hostName]: identity.hostName,
    'sonde.kernel': identity.kernel,
    'sonde.hook_level': identity.hookLevel,
    'sonde.scope': identity.scope,
    ...(identity.unlinked !== '' && { 'sonde.unlinked': identity.unlinked }),
    ...(podProblem !== '' && { 'sonde.pods.problem': podProblem }),
  };
}
