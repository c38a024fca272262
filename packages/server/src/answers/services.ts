import type { MapEdge, MapNode, Service } from '@sonde/api';
import { type ProtocolName, type ServiceKind, serviceKind } from '@sonde/model';
import type { EdgeTotal, NetworkFacts, NetworkTotal, Plan, ServiceTotal, Sparkline } from '@sonde/store';
import { addUp, numbersOf, preferServer, protocolsOf, secondsOf } from './measures.ts';
import { networkNumbersOf, sumOfFacts } from './network.ts';

export function kindOf(protocols: readonly string[]): ServiceKind {
  return protocols.length > 0 ? serviceKind(protocols[0] as ProtocolName) : 'other';
}

const SPARKLINE_POINTS = 30;

/** Width of a sparkline's point: the fewest whole steps of the plan that give no more points than fit. */
export function sparklineStep(plan: Plan): number {
  return Math.ceil((plan.to - plan.from) / plan.step / SPARKLINE_POINTS) * plan.step;
}

/** Services with their numbers, most requests first. `names` are all that sent rows, also mere callers. */
export function servicesOf(
  plan: Plan,
  totals: readonly ServiceTotal[],
  names: readonly string[],
  sparklines: readonly Sparkline[],
): Service[] {
  const seconds = secondsOf(plan);
  const step = sparklineStep(plan);
  const points = Math.ceil((plan.to - plan.from) / step);
  const byName = Map.groupBy(totals, (total) => total.name);
  const lines = new Map(sparklines.map((line) => [`${line.side} ${line.name}`, line]));
  for (const name of names) if (!byName.has(name)) byName.set(name, []);
  const services = [...byName].map(([name, all]): Service => {
    const { side, rows } = preferServer(all);
    const protocols = protocolsOf(rows);
    const sparkline = new Array<number>(points).fill(0);
    const line = lines.get(`${side} ${name}`);
    line?.steps.forEach((number, i) => {
      sparkline[number] = line.requests[i];
    });
    return { name, kind: kindOf(protocols), protocols, ...numbersOf(addUp(rows), side, seconds), sparkline };
  });
  return services.sort((a, b) => b.requests - a.requests || a.name.localeCompare(b.name));
}

const edgeKey = (source: string, target: string) => JSON.stringify([source, target]);

/** What sockets saw of each call: the caller's, since both ends are never added, else the other end's. */
function socketsOf(network: readonly NetworkTotal[]): ReadonlyMap<string, NetworkFacts> {
  const ends = Map.groupBy(network, ({ service, side, peer }) =>
    side === 'client' ? edgeKey(service, peer) : edgeKey(peer, service),
  );
  const facts = [...ends].map(([key, all]) => {
    const callers = all.filter(({ side }) => side === 'client');
    return [key, sumOfFacts(callers.length > 0 ? callers : all)] as const;
  });
  return new Map(facts);
}

export function edgesOf(plan: Plan, totals: readonly EdgeTotal[], network: readonly NetworkTotal[] = []): MapEdge[] {
  const seconds = secondsOf(plan);
  const sockets = socketsOf(network);
  const edges = Map.groupBy(totals, ({ source, target }) => edgeKey(source, target));
  return [...edges.values()].map((all) => {
    const { side, rows } = preferServer(all);
    const { source, target } = all[0];
    const seen = sockets.get(edgeKey(source, target));
    const numbers = numbersOf(addUp(rows), side, seconds);
    const edge = { source, target, protocols: protocolsOf(rows), ...numbers };
    return seen === undefined ? edge : { ...edge, network: networkNumbersOf(seen) };
  });
}

/** Nodes of the map: all services, and whoever is known only from the other end of an edge. */
export function nodesOf(
  plan: Plan,
  services: readonly Service[],
  names: readonly string[],
  edges: readonly EdgeTotal[],
): MapNode[] {
  const own = new Set(names);
  const nodes = new Map<string, MapNode>();
  for (const { sparkline: _, protocols: __, ...service } of services) {
    nodes.set(service.name, { id: service.name, ...service, origin: own.has(service.name) ? 'service' : 'external' });
  }
  const seconds = secondsOf(plan);
  const incoming = Map.groupBy(edges, (edge) => edge.target);
  for (const name of edges.flatMap((edge) => [edge.source, edge.target])) {
    if (nodes.has(name)) continue;
    const { side, rows } = preferServer(incoming.get(name) ?? []);
    const kind = kindOf(protocolsOf(rows));
    nodes.set(name, { id: name, name, kind, origin: 'external', ...numbersOf(addUp(rows), side, seconds) });
  }
  return [...nodes.values()];
}
