import { basename } from 'node:path';
import type { ContainerInfo } from './container-names.ts';
import type { ProcessFacts } from './process-facts.ts';
import { scriptName } from './script-name.ts';

/** Where a service's name was taken from, best first. */
export type ServiceNameSource = 'otel' | 'container' | 'systemd' | 'script' | 'executable' | 'unknown';

export interface ServiceName {
  readonly name: string;
  readonly source: ServiceNameSource;
}

/** The name of the service a process belongs to: what it was told, where it runs, what it runs. */
export function serviceName(facts: ProcessFacts, container: ContainerInfo | null): ServiceName {
  const told = facts.environment.get('OTEL_SERVICE_NAME') || otelAttributes(facts).get('service.name');
  if (told) return { name: told, source: 'otel' };
  const contained = containerName(facts, container);
  if (contained !== '') return { name: contained, source: 'container' };
  const unit = facts.cgroup.containerId === '' ? facts.cgroup.systemdUnit : '';
  if (unit !== '' && !LAUNCHER.test(unit)) return { name: unit, source: 'systemd' };
  const program = programName(facts);
  const script = scriptName(facts, program);
  if (script !== '') return { name: script, source: 'script' };
  return { name: program, source: program === '' ? 'unknown' : 'executable' };
}

/** Units that start other people's programs: the unit's name says nothing about them. */
const LAUNCHER =
  /^(user@\d+|session-.*|getty@.*|serial-getty@.*|ssh|sshd|ssh@.*|cron|crond|atd|supervisord?|pm2-.*|docker|containerd)$/;

/** OTEL_RESOURCE_ATTRIBUTES: `key=value` with commas between, values percent-encoded (OTel resource SDK). */
export function otelAttributes(facts: ProcessFacts): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const pair of (facts.environment.get('OTEL_RESOURCE_ATTRIBUTES') ?? '').split(',')) {
    const at = pair.indexOf('=');
    if (at > 0) attributes.set(pair.slice(0, at).trim(), decode(pair.slice(at + 1).trim()));
  }
  return attributes;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function containerName(facts: ProcessFacts, container: ContainerInfo | null): string {
  const pod = container?.podName || podName(facts);
  if (pod !== '') return workloadName(pod);
  return container?.name || facts.cgroup.containerName;
}

/** The kubelet gives a pod's name to its containers as host name. */
export function podName(facts: ProcessFacts): string {
  if (!facts.cgroup.kubernetes || facts.cgroup.containerId === '') return '';
  return facts.environment.get('HOSTNAME') ?? '';
}

/** Characters of a name the kernel keeps (TASK_COMM_LEN - 1). */
const COMM_LENGTH = 15;

/** Letters and digits Kubernetes makes random names of. */
const RANDOM = '[bcdfghjklmnpqrstvwxz2456789]';
const GENERATED = new RegExp(`(-${RANDOM}{8,10}-${RANDOM}{5}|-\\d{8,}-${RANDOM}{5}|-${RANDOM}{5}|-\\d+)$`);

/** A pod's name without what its Deployment, DaemonSet or StatefulSet appended. */
export function workloadName(pod: string): string {
  return pod.replace(GENERATED, '');
}

/**
 * The program's name: that of its file, or the one it was called by where one file serves several (busybox, Debian's
 * redis-server), or no file at all (memfd_create).
 */
export function programName(facts: ProcessFacts): string {
  const called = basename(/^[^\s:]+/.exec(facts.args[0] ?? '')?.[0] ?? '');
  if (facts.executable.startsWith('/memfd:')) return called || facts.comm;
  return called !== '' && called.slice(0, COMM_LENGTH) === facts.comm
    ? called
    : basename(facts.executable) || facts.comm;
}
