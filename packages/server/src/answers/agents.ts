import type { Agent } from '@sonde/api';
import { ATTR, SELF } from '@sonde/model';
import type { MetricTotal, ResourceInfo } from '@sonde/store';
import { nanosecondsPer } from '../intake/histogram.ts';

/** `service.name` under which agents send their own numbers. */
export const AGENT_SERVICE = 'sonde-agent';

/** An agent that was silent for so long, in seconds, is not healthy. */
const SILENCE = 45;

const sum = (rows: readonly Pick<MetricTotal, 'sum'>[]) => rows.reduce((total, row) => total + row.sum, 0);

const nanoseconds = (rows: readonly MetricTotal[]) =>
  rows.reduce((total, row) => total + row.sum * (nanosecondsPer(row.unit) ?? 1), 0);

/** exchanges / (exchanges + lost), `null` where neither was seen. */
export function completenessOf(totals: readonly Pick<MetricTotal, 'metric' | 'sum'>[]): number | null {
  const exchanges = sum(totals.filter((row) => row.metric === SELF.exchanges));
  const lost = sum(totals.filter((row) => row.metric === SELF.dropped));
  return exchanges + lost > 0 ? exchanges / (exchanges + lost) : null;
}

function agentOf(resource: ResourceInfo | undefined, totals: readonly MetricTotal[], now: number): Agent {
  const { instance, host } = totals[0];
  const of = (metric: string) => totals.filter((row) => row.metric === metric);
  const attributes = resource?.attributes ?? {};
  const firstSeen = Math.min(...totals.map((row) => row.firstSeen));
  const lastSeen = Math.max(...totals.map((row) => row.lastSeen));
  const exchanges = sum(of(SELF.exchanges));
  const cpu = of(SELF.cpu);
  const covered = Math.max(0, ...cpu.map((row) => row.covered));
  const userCpu = cpu.filter((row) => (row.attributes['cpu.mode'] ?? row.attributes.mode ?? 'user') === 'user');
  const programs = new Map<string, { program: string; runs: number; timeNs: number }>();
  for (const row of totals) {
    if (row.metric !== SELF.programTime && row.metric !== SELF.programRuns) continue;
    const name = row.attributes.program ?? '';
    const program = programs.get(name) ?? { program: name, runs: 0, timeNs: 0 };
    if (row.metric === SELF.programTime) program.timeNs += nanoseconds([row]);
    else program.runs += row.sum;
    programs.set(name, program);
  }
  const drops = Map.groupBy(of(SELF.dropped), (row) => row.attributes.cause ?? '');
  const kernelTime = [...programs.values()].reduce((total, program) => total + program.timeNs, 0);
  return {
    id: instance,
    host: attributes[ATTR.hostName] ?? host,
    version: attributes['service.version'] ?? '',
    kernel: attributes['sonde.kernel'] ?? '',
    hookLevel: attributes['sonde.hook_level'] ?? '',
    scope: attributes['sonde.scope'] ?? '',
    unlinked: attributes['sonde.unlinked'] ?? '',
    podProblem: attributes['sonde.pods.problem'] ?? '',
    firstSeen: Math.min(firstSeen, resource?.firstSeen ?? firstSeen) * 1000,
    lastSeen: lastSeen * 1000,
    healthy: now - lastSeen <= SILENCE,
    cpu: covered > 0 ? nanoseconds(cpu) / 1e9 / covered : null,
    rss: of(SELF.memory)[0]?.last ?? null,
    records: sum(of(SELF.records)),
    exchanges,
    userNsPerExchange: userCpu.length > 0 && exchanges > 0 ? nanoseconds(userCpu) / exchanges : null,
    kernelNsPerExchange: programs.size > 0 && exchanges > 0 ? kernelTime / exchanges : null,
    programs: [...programs.values()].sort((a, b) => b.timeNs - a.timeNs),
    drops: [...drops]
      .map(([cause, rows]) => ({ cause, count: sum(rows) }))
      .filter((drop) => drop.count > 0)
      .sort((a, b) => b.count - a.count),
    completeness: completenessOf(totals),
    spoolBytes: of(SELF.spoolBytes)[0]?.last ?? 0,
  };
}

/** Agents that sent their own numbers in the range; `now` in seconds since the epoch, the end of it. */
export function agentsOf(totals: readonly MetricTotal[], resources: readonly ResourceInfo[], now: number): Agent[] {
  const byInstance = new Map(resources.map((resource) => [resource.instance, resource]));
  return [...Map.groupBy(totals, (row) => row.instance)]
    .map(([instance, rows]) => agentOf(byInstance.get(instance), rows, now))
    .sort((a, b) => a.host.localeCompare(b.host) || a.id.localeCompare(b.id));
}
