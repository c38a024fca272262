import { bytes, type Input, varint } from '@sonde/otlp/wire';
import { domainEntry, NO_LOOKUPS } from './decode-dns.ts';
import { mapEntry, number } from './map-entry.ts';
import type { Address, DatadogConnection, DomainStats } from './messages.ts';

const EMPTY = new Uint8Array(0);
const UDP = 1;

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
  isUdp: false,
  ephemeral: 0,
  bytesSent: 0,
  bytesReceived: 0,
  packetsSent: 0,
  retransmits: 0,
  established: 0,
  closed: 0,
  rtt: 0,
  translated: null,
  httpAggregations: EMPTY,
  http2Aggregations: EMPTY,
  tagsIndex: 0,
  containerTagsIndex: -1,
  remoteTagsIndex: -1,
  stack: [],
  tcpFailures: new Map(),
  dns: { ...NO_LOOKUPS, successful: 0, failed: 0 },
  dnsByDomain: [],
};

export function connection(input: Input): DatadogConnection {
  const made = { ...NO_CONNECTION };
  const writable = made as { -readonly [K in keyof DatadogConnection]: DatadogConnection[K] };
  const failures = new Map<number, number>();
  const dns = { ...NO_LOOKUPS, successful: 0, failed: 0, byRcode: new Map<number, number>() };
  const byDomain: DomainStats[] = [];
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
      case varint(11):
        writable.isUdp = reader.int32() === UDP;
        break;
      case varint(16):
        writable.bytesSent = Number(reader.uint64());
        break;
      case varint(17):
        writable.bytesReceived = Number(reader.uint64());
        break;
      case varint(18):
        writable.retransmits = reader.uint32();
        break;
      case varint(19):
        writable.direction = reader.int32();
        break;
      case bytes(21):
        writable.translated = translation(input);
        break;
      case varint(22):
        writable.rtt = reader.uint32();
        break;
      case varint(25):
        dns.successful = reader.uint32();
        break;
      case varint(26):
        dns.failed = reader.uint32();
        break;
      case varint(27):
        dns.timeouts = reader.uint32();
        break;
      case varint(28):
        dns.successLatencySum = Number(reader.uint64());
        break;
      case varint(29):
        dns.failureLatencySum = Number(reader.uint64());
        break;
      case varint(30):
        writable.established = reader.uint32();
        break;
      case varint(31):
        writable.closed = reader.uint32();
        break;
      case bytes(33):
        mapEntry(input, dns.byRcode, number(1), number(2));
        break;
      case bytes(34):
        byDomain.push(...domainEntry(input, 'index', false));
        break;
      case bytes(37):
        writable.httpAggregations = reader.bytes();
        break;
      case varint(38):
        writable.packetsSent = Number(reader.uint64());
        break;
      case varint(41):
        writable.ephemeral = reader.int32();
        break;
      case bytes(42):
        byDomain.push(...domainEntry(input, 'index', true));
        break;
      case bytes(43):
        byDomain.push(...domainEntry(input, 'offset', true));
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
  writable.dns = dns;
  writable.dnsByDomain = byDomain;
  return made;
}
