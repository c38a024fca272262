import { bytes, Input, varint } from '@sonde/otlp/wire';
import type { Address, ConnectionsMessage, DatadogConnection } from './messages.ts';

const EMPTY = new Uint8Array(0);

/** One half of a map's entries: the tag it has, how it is read, what it is where it was left out. */
interface Half<T> {
  readonly tag: number;
  readonly read: (input: Input) => T;
  readonly absent: T;
}

const number = (field: number): Half<number> => ({
  tag: varint(field),
  read: ({ reader }) => reader.int32(),
  absent: 0,
});
const text = (field: number): Half<string> => ({ tag: bytes(field), read: (input) => input.string(), absent: '' });
const long = (field: number): Half<number> => ({
  tag: varint(field),
  read: ({ reader }) => Number(reader.int64()),
  absent: 0,
});

function mapEntry<K, V>(input: Input, into: Map<K, V>, key: Half<K>, value: Half<V>): void {
  let k = key.absent;
  let v = value.absent;
  for (const end = input.enter(); input.more(end); ) {
    const tag = input.tag();
    if (tag === key.tag) k = key.read(input);
    else if (tag === value.tag) v = value.read(input);
    else input.skip();
  }
  into.set(k, v);
}

function address(input: Input): Address {
  let ip = '';
  let port = 0;
  let containerId = '';
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bytes(2):
        ip = input.string();
        break;
      case varint(3):
        port = input.reader.int32();
        break;
      case bytes(5):
        containerId = input.string();
        break;
      default:
        input.skip();
    }
  }
  return { ip, port, containerId };
}

/** `IPTranslation`: of the four fields only the source of the replies, which is the real remote end. */
function translation(input: Input): DatadogConnection['translated'] {
  let ip = '';
  let port = 0;
  for (const end = input.enter(); input.more(end); ) {
    const tag = input.tag();
    if (tag === bytes(1)) ip = input.string();
    else if (tag === varint(3)) port = input.reader.int32();
    else input.skip();
  }
  return ip === '' ? null : { ip, port };
}

function stack(input: Input): number[] {
  const protocols: number[] = [];
  for (const end = input.enter(); input.more(end); ) {
    const tag = input.tag();
    if (tag === varint(1)) protocols.push(input.reader.int32());
    else if (tag === bytes(1)) input.packed(protocols, () => input.reader.int32());
    else input.skip();
  }
  return protocols;
}

const NOWHERE: Address = { ip: '', port: 0, containerId: '' };

/** A connection without its fields; proto3 leaves zeros out. */
export const NO_CONNECTION: DatadogConnection = {
  pid: 0,
  local: NOWHERE,
  remote: NOWHERE,
  direction: 0,
  bytesSent: 0,
  bytesReceived: 0,
  translated: null,
  httpAggregations: EMPTY,
  http2Aggregations: EMPTY,
  tagsIndex: 0,
  containerTagsIndex: -1,
  remoteTagsIndex: -1,
  stack: [],
  tcpFailures: new Map(),
};

function connection(input: Input): DatadogConnection {
  const made = { ...NO_CONNECTION };
  const writable = made as { -readonly [K in keyof DatadogConnection]: DatadogConnection[K] };
  const failures = new Map<number, number>();
  const { reader } = input;
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case varint(1):
        writable.pid = reader.int32();
        break;
      case bytes(5):
        writable.local = address(input);
        break;
      case bytes(6):
        writable.remote = address(input);
        break;
      case varint(16):
        writable.bytesSent = Number(reader.uint64());
        break;
      case varint(17):
        writable.bytesReceived = Number(reader.uint64());
        break;
      case varint(19):
        writable.direction = reader.int32();
        break;
      case bytes(21):
        writable.translated = translation(input);
        break;
      case bytes(37):
        writable.httpAggregations = reader.bytes();
        break;
      case varint(45):
        writable.tagsIndex = reader.int32();
        break;
      case bytes(48):
        writable.stack = stack(input);
        break;
      case bytes(50):
        writable.http2Aggregations = reader.bytes();
        break;
      case bytes(52):
        mapEntry(input, failures, number(1), number(2));
        break;
      case varint(54):
        writable.containerTagsIndex = reader.int32();
        break;
      case varint(64):
        writable.remoteTagsIndex = reader.int32();
        break;
      default:
        input.skip();
    }
  }
  writable.tcpFailures = failures;
  return made;
}

/** A message without its fields. */
export const NO_MESSAGE: ConnectionsMessage = {
  hostName: '',
  connections: [],
  containerForPid: new Map(),
  telemetry: new Map(),
  architecture: '',
  kernelVersion: '',
  platform: '',
  platformVersion: '',
  encodedTags: EMPTY,
  encodedConnectionsTags: EMPTY,
  encodedDomainDatabase: EMPTY,
  encodedDnsLookups: EMPTY,
};

const TEXTS: Record<number, 'hostName' | 'architecture' | 'kernelVersion' | 'platform' | 'platformVersion'> = {
  [bytes(2)]: 'hostName',
  [bytes(17)]: 'architecture',
  [bytes(18)]: 'kernelVersion',
  [bytes(19)]: 'platform',
  [bytes(20)]: 'platformVersion',
};

const BLOBS: Record<number, 'encodedTags' | 'encodedDomainDatabase' | 'encodedDnsLookups' | 'encodedConnectionsTags'> =
  {
    [bytes(11)]: 'encodedTags',
    [bytes(36)]: 'encodedDomainDatabase',
    [bytes(37)]: 'encodedDnsLookups',
    [bytes(38)]: 'encodedConnectionsTags',
  };

/** `CollectorConnections`; fields not named here are passed over. Throws on bytes that are no protobuf message. */
export function decodeConnections(payload: Uint8Array): ConnectionsMessage {
  const input = new Input(payload);
  const { reader } = input;
  const made = { ...NO_MESSAGE } as { -readonly [K in keyof ConnectionsMessage]: ConnectionsMessage[K] };
  const connections: DatadogConnection[] = [];
  const containerForPid = new Map<number, string>();
  const telemetry = new Map<string, number>();
  for (const end = input.enterRoot(); input.more(end); ) {
    const tag = input.tag();
    if (tag === bytes(3)) connections.push(connection(input));
    else if (tag === bytes(10)) mapEntry(input, containerForPid, number(1), text(2));
    else if (tag === bytes(39)) mapEntry(input, telemetry, text(1), long(2));
    else if (Object.hasOwn(TEXTS, tag)) made[TEXTS[tag]] = input.string();
    else if (Object.hasOwn(BLOBS, tag)) made[BLOBS[tag]] = reader.bytes();
    else input.skip();
  }
  return { ...made, connections, containerForPid, telemetry };
}
