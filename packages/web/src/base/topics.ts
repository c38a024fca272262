import type { UsageGroup } from '@sonde/api';
import { type MessageRole, messageRole } from './messaging.ts';

/** Messages of one role: exchanges, which may hold several messages each. */
export interface MessageFlow {
  readonly requests: number;
  readonly errors: number;
  readonly rate: number;
  /** Both directions of the exchanges. */
  readonly bytes: number;
  readonly callers: UsageGroup['callers'];
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

function flowOf(groups: readonly UsageGroup[]): MessageFlow {
  const callers = new Map<string, number>();
  for (const { name, requests } of groups.flatMap((group) => group.callers))
    callers.set(name, (callers.get(name) ?? 0) + requests);
  const sum = (value: (group: UsageGroup) => number) => groups.reduce((total, group) => total + value(group), 0);
  const busiest = groups.reduce((most, group) => (group.requests > most.requests ? group : most));
  return {
    requests: sum((group) => group.requests),
    errors: sum((group) => group.errors),
    rate: sum((group) => group.rate),
    bytes: sum((group) => group.requestBytes + group.responseBytes),
    callers: [...callers].map(([name, requests]) => ({ name, requests })).sort((a, b) => b.requests - a.requests),
    p95: busiest.latency.p95,
  };
}

/** Topics from groups by target and operation; what moves no message is left out. */
export function topicsOf(groups: readonly UsageGroup[]): Topic[] {
  const moving = groups.flatMap((group) => {
    const role = messageRole(group.protocol, group.operation);
    return role === null ? [] : [{ group, role }];
  });
  const topics = Map.groupBy(moving, ({ group }) => `${group.protocol}\0${group.target}`);
  return [...topics.values()].map((all) => {
    const { protocol, target } = all[0].group;
    const roles = [...Map.groupBy(all, ({ role }) => role)];
    const flows = Object.fromEntries(roles.map(([role, of]) => [role, flowOf(of.map(({ group }) => group))]));
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
