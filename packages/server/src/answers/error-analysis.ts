import type { ErrorGroup } from '@sonde/api';
import { type ProtocolName, type Side, serviceKind } from '@sonde/model';
import type { ErrorTotal, Plan } from '@sonde/store';
import { secondsOf } from './measures.ts';
import { isClientError } from './overview.ts';
import { sparklineStep } from './services.ts';

/** Groups of errors that one answer holds. */
export const MOST_ERRORS = 10_000;

/** `error.type` of exchanges that got no answer, as agents write it. */
const NETWORK: ReadonlySet<string> = new Set([
  'connection_refused',
  'connection_reset',
  'connection_closed',
  'timeout',
]);

/** A name that was not found is an error of the network, as one meets it: whoever asked could not even connect. */
function kindOf({ protocol, error }: ErrorTotal): ErrorGroup['kind'] {
  const kind = serviceKind(protocol as ProtocolName);
  if (NETWORK.has(error) || kind === 'dns') return 'network';
  return kind === 'http' ? 'http' : 'protocol';
}

function sparklineOf(plan: Plan, { steps, counts }: ErrorTotal): number[] {
  const width = sparklineStep(plan);
  const line = new Array<number>(Math.ceil((plan.to - plan.from) / width)).fill(0);
  steps.forEach((step, i) => {
    const point = Math.floor((step * plan.step) / width);
    if (point < line.length) line[point] += counts[i];
  });
  return line;
}

/**
 * Groups of errors. Of what both ends saw of one service, its own side's word counts; what the network did is shown as
 * either end saw it, since a refused connection has only one. `sides` says which side a service's numbers come from,
 * `service` whose errors were asked for.
 */
export function errorGroupsOf(
  plan: Plan,
  totals: readonly ErrorTotal[],
  sides: ReadonlyMap<string, Side>,
  service?: string,
): ErrorGroup[] {
  const minutes = secondsOf(plan) / 60;
  return totals.flatMap((total): ErrorGroup[] => {
    const kind = kindOf(total);
    const outgoing = service !== undefined && total.name !== service;
    const isOther = total.side === 'client' && sides.get(total.name) === 'server';
    if (!NETWORK.has(total.error) && isOther) return [];
    return [
      {
        kind,
        service: total.name,
        side: total.side,
        outgoing,
        protocol: total.protocol,
        operation: total.operation,
        target: total.target,
        statement: total.statement,
        status: total.status,
        error: total.error,
        requests: total.requests,
        isError: total.errors > 0 || !isClientError(total.status),
        perMinute: total.requests / minutes,
        firstSeen: total.firstSeen * 1000,
        lastSeen: total.lastSeen * 1000,
        callers: [...total.callers],
        servers: [...total.servers],
        callerCount: total.callerCount,
        serverCount: total.serverCount,
        sparkline: sparklineOf(plan, total),
      },
    ];
  });
}
