import { bytes, Input, varint } from '@sonde/otlp/wire';
import type { DatadogPod, DatadogPodContainer, PodsMessage } from './messages.ts';

export const NO_POD: DatadogPod = {
  name: '',
  namespace: '',
  uid: '',
  created: 0,
  owners: [],
  ip: '',
  node: '',
  phase: '',
  restarts: 0,
  containers: [],
  status: '',
  started: 0,
};

type Owner = DatadogPod['owners'][number];

function owner(input: Input): Owner {
  let [name, kind] = ['', ''];
  for (const end = input.enter(); input.more(end); ) {
    const tag = input.tag();
    if (tag === bytes(1)) name = input.string();
    else if (tag === bytes(3)) kind = input.string();
    else input.skip();
  }
  return { kind, name };
}

function metadata(input: Input): Pick<DatadogPod, 'name' | 'namespace' | 'uid' | 'created' | 'owners'> {
  let [name, namespace, uid, created] = ['', '', '', 0];
  const owners: Owner[] = [];
  for (const end = input.enter(); input.more(end); ) {
    const tag = input.tag();
    if (tag === bytes(1)) name = input.string();
    else if (tag === bytes(2)) namespace = input.string();
    else if (tag === bytes(3)) uid = input.string();
    else if (tag === varint(4)) created = Number(input.reader.int64());
    else if (tag === bytes(8)) owners.push(owner(input));
    else input.skip();
  }
  return { name, namespace, uid, created, owners };
}

function container(input: Input): DatadogPodContainer {
  let [id, ready, restarts] = ['', false, 0];
  for (const end = input.enter(); input.more(end); ) {
    const tag = input.tag();
    if (tag === bytes(2)) id = input.string();
    else if (tag === varint(3)) ready = input.reader.bool();
    else if (tag === varint(4)) restarts = input.reader.int32();
    else input.skip();
  }
  return { id, ready, restarts };
}

const TEXTS: Record<number, 'ip' | 'node' | 'phase' | 'status'> = {
  [bytes(2)]: 'ip',
  [bytes(4)]: 'node',
  [bytes(5)]: 'phase',
  [bytes(9)]: 'status',
};

function pod(input: Input): DatadogPod {
  const made = { ...NO_POD } as { -readonly [K in keyof DatadogPod]: DatadogPod[K] };
  const containers: DatadogPodContainer[] = [];
  for (const end = input.enter(); input.more(end); ) {
    const tag = input.tag();
    if (tag === bytes(1)) Object.assign(made, metadata(input));
    else if (tag === varint(6)) made.restarts = input.reader.int32();
    else if (tag === bytes(7)) containers.push(container(input));
    else if (tag === varint(18)) made.started = Number(input.reader.int64());
    else if (Object.hasOwn(TEXTS, tag)) made[TEXTS[tag]] = input.string();
    else input.skip();
  }
  return { ...made, containers };
}

/** `CollectorPod`; fields not named here are passed over. Throws on bytes that are no protobuf message. */
export function decodePods(payload: Uint8Array): PodsMessage {
  const input = new Input(payload);
  const pods: DatadogPod[] = [];
  let hostName = '';
  for (const end = input.enterRoot(); input.more(end); ) {
    const tag = input.tag();
    if (tag === bytes(1)) hostName = input.string();
    else if (tag === bytes(6)) pods.push(pod(input));
    else input.skip();
  }
  return { kind: 'pods', hostName, pods };
}
