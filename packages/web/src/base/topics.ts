import type { UsageDirection, UsageGroup } from '@sonde/api';
import { isMessagingClient, type MessageRole, messagePart } from './messaging.ts';

/** Messages of one role: exchanges, which may hold several messages each. */
export interface MessageFlow {
  readonly requests: number;
  readonly errors: number;
  readonly rate: number;
  /** Both directions of the exchanges. */
  readonly bytes: number;
  /** Who published, consumed or acknowledged. */
  readonly parties: UsageGroup['callers'];
  /** P95 of the operation with most requests, nanoseconds. */
  readonly p95: number | null;
}

/** A topic, queue or subject; a role that was not seen is absent. */
export interface Topic {
  readonly protocol: string;
  readonly name: string;
  readonly requests: number;
  readonly errors: number;
  readonly flows: Readonly<Partial<Record<MessageRole, MessageFlow>>>;
}

interface Moved {
  readonly group: UsageGroup;
  readonly role: MessageRole;
  readonly parties: UsageGroup['callers'];
}

function flowOf(moved: readonly Moved[]): MessageFlow {
  const parties = new Map<string, number>();
  for (const { name, requests } of moved.flatMap((each) => each.parties))
    parties.set(name, (parties.get(name) ?? 0) + requests);
  const groups = moved.map(({ group }) => group);
  const sum = (value: (group: UsageGroup) => number) => groups.reduce((total, group) => total + value(group), 0);
  const busiest = groups.reduce((most, group) => (group.requests > most.requests ? group : most));
  return {
    requests: sum((group) => group.requests),
    errors: sum((group) => group.errors),
    rate: sum((group) => group.rate),
    bytes: sum((group) => group.requestBytes + group.responseBytes),
    parties: [...parties].map(([name, requests]) => ({ name, requests })).sort((a, b) => b.requests - a.requests),
    p95: busiest.latency.p95,
  };
}

/**
 * The topics of a service, broker or client, from what it is asked and what it asks, by target and operation. What moves
 * no message is left out.
 */
export function topicsOf(service: string, incoming: readonly UsageGroup[], outgoing: readonly UsageGroup[]): Topic[] {
  const isClient = isMessagingClient(outgoing.filter(({ protocol }) => protocol === 'mqtt'));
  const movedBy = (groups: readonly UsageGroup[], direction: UsageDirection) =>
    groups.flatMap((group): Moved[] => {
      const part = messagePart(group.protocol, group.operation, direction, isClient);
      if (part === null) return [];
      const self = [{ name: service, requests: group.requests }];
      return [{ group, role: part.role, parties: part.isOtherEnd ? group.callers : self }];
    });
  const moved = [...movedBy(incoming, 'in'), ...movedBy(outgoing, 'out')];
  const topics = Map.groupBy(moved, ({ group }) => `${group.protocol}\0${group.target}`);
  return [...topics.values()].map((all) => {
    const { protocol, target } = all[0].group;
    const roles = [...Map.groupBy(all, ({ role }) => role)];
    const flows = Object.fromEntries(roles.map(([role, of]) => [role, flowOf(of)]));
    const sum = (value: (flow: MessageFlow) => number) =>
      Object.values(flows).reduce((total, flow) => total + value(flow), 0);
    return {
      protocol,
      name: target,
      requests: sum((flow) => flow.requests),
      errors: sum((flow) => flow.errors),
      flows,
    };
  });
}
