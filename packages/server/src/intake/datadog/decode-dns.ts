import { bytes, type Input, varint } from '@sonde/otlp/wire';
import { mapEntry, number } from './map-entry.ts';
import type { DnsStats, DomainStats } from './messages.ts';

export const NO_LOOKUPS: DnsStats = { timeouts: 0, successLatencySum: 0, failureLatencySum: 0, byRcode: new Map() };

/** `DNSStats`. */
function dnsStats(input: Input): DnsStats {
  const byRcode = new Map<number, number>();
  const { reader } = input;
  let timeouts = 0;
  let successLatencySum = 0;
  let failureLatencySum = 0;
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case varint(1):
        timeouts = reader.uint32();
        break;
      case varint(2):
        successLatencySum = Number(reader.uint64());
        break;
      case varint(3):
        failureLatencySum = Number(reader.uint64());
        break;
      case bytes(4):
        mapEntry(input, byRcode, number(1), number(2));
        break;
      default:
        input.skip();
    }
  }
  return { timeouts, successLatencySum, failureLatencySum, byRcode };
}

/** `DNSStatsByQueryType`: a map of one field, by record type. */
function byQueryType(input: Input): Map<number, DnsStats> {
  const types = new Map<number, DnsStats>();
  for (const end = input.enter(); input.more(end); ) {
    if (input.tag() === bytes(1)) {
      mapEntry(input, types, number(1), { tag: bytes(2), read: dnsStats, absent: NO_LOOKUPS });
    } else input.skip();
  }
  return types;
}

/** An entry of the maps from a domain to its look-ups, of one of the three generations. */
export function domainEntry(input: Input, by: DomainStats['by'], isByType: boolean): DomainStats[] {
  if (!isByType) {
    const one = new Map<number, DnsStats>();
    mapEntry(input, one, number(1), { tag: bytes(2), read: dnsStats, absent: NO_LOOKUPS });
    return [...one].map(([domain, stats]) => ({ domain, by, queryType: null, stats }));
  }
  const one = new Map<number, Map<number, DnsStats>>();
  mapEntry(input, one, number(1), { tag: bytes(2), read: byQueryType, absent: new Map<number, DnsStats>() });
  return [...one].flatMap(([domain, types]) =>
    [...types].map(([queryType, stats]) => ({ domain, by, queryType, stats })),
  );
}
