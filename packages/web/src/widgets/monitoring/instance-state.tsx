import type { Instance } from '@sonde/api';
import type { Level } from '../../base/health.ts';
import type { Text } from '../../data/text.ts';
import { useText } from '../../data/text.ts';
import { Leveled } from '../tags.tsx';

/** Statuses kubectl prints of a pod that is well, done, or on its way. */
const WELL = new Set(['Running', 'Completed', 'Succeeded', 'running']);
const ON_ITS_WAY = /^(Pending|ContainerCreating|PodInitializing|Terminating|Init:\d+\/\d+|Deleted|silent|Unknown)$/;

export function stateLevel({ status, ready, containers }: Instance): Level {
  if (status === null) return 'none';
  if (!WELL.has(status)) return ON_ITS_WAY.test(status) ? 'warn' : 'bad';
  return status === 'Running' && ready !== null && ready < (containers ?? 0) ? 'warn' : 'ok';
}

/** Why a fact of an instance is not known. */
export function whyUnknown({ source }: Instance, { instances: words }: Text): string {
  return source === 'none' ? words.unseen : words.noCluster;
}

export function InstanceStatus({ of }: { readonly of: Instance }) {
  const text = useText();
  const { instances: words } = text;
  if (of.status === null) return <span title={whyUnknown(of, text)}>—</span>;
  return <Leveled level={stateLevel(of)}>{words.states[of.status] ?? of.status}</Leveled>;
}

export const readyText = ({ ready, containers }: Instance) => (ready === null ? '—' : `${ready}/${containers}`);

/** From its start to the end of what is looked at, or to its own end, in ms. */
export function ageOf({ started, lastSeen, pod, status }: Instance, to: number): number | null {
  if (started === null) return null;
  const end = pod?.deleted ?? (status === 'silent' ? lastSeen : null) ?? Math.min(to, Date.now());
  return Math.max(0, end - started);
}

/** What an instance is called: of a pod its name. */
export const instanceName = ({ instance, pod }: Instance) => pod?.name ?? instance;
