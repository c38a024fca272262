import { addressText } from '../capture/address.ts';

export const TCP = 6;
export const UDP = 17;
export const IPV4_IN_IP = 4;
export const IPV6_IN_IP = 41;
export const GRE = 47;
export const ETHER_IP = 97;

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const HOST_IDENTITY = 139;
const SHIM6 = 140;

/** An IP packet, as read from its headers. Reused. Indices are into `bytes`. */
export class IpPacket {
  bytes: Uint8Array = new Uint8Array(0);
  /** Bytes of one address: 4 or 16. */
  addressBytes = 4;
  source = 0;
  destination = 0;
  protocol = 0;
  /** Captured payload is `bytes[start, end)`; on the wire it was `wireLength` bytes. */
  start = 0;
  end = 0;
  wireLength = 0;
  isFragment = false;
  fragmentOffset = 0;
  moreFragments = false;
  fragmentId = 0;
}

/**
 * Reads the IPv4 (RFC 791) or IPv6 (RFC 8200) headers at `start`; `wireLength` is what the packet had on the wire from
 * there. False where they are none.
 */
export function readIp(bytes: Uint8Array, start: number, end: number, wireLength: number, ip: IpPacket): boolean {
  if (start >= end) return false;
  ip.bytes = bytes;
  ip.isFragment = false;
  const version = bytes[start] >> 4;
  if (version === 4) return readIpv4(bytes, start, end, wireLength, ip);
  return version === 6 && readIpv6(bytes, start, end, wireLength, ip);
}

function readIpv4(bytes: Uint8Array, start: number, end: number, wireLength: number, ip: IpPacket): boolean {
  const header = (bytes[start] & 15) * 4;
  if (header < 20 || end - start < header) return false;
  let total = (bytes[start + 2] << 8) | bytes[start + 3];
  // Segmentation offload: the kernel had not filled the length in yet when the packet was captured.
  if (total === 0) total = wireLength;
  if (total < header) return false;
  const flags = (bytes[start + 6] << 8) | bytes[start + 7];
  ip.addressBytes = 4;
  ip.source = start + 12;
  ip.destination = start + 16;
  ip.protocol = bytes[start + 9];
  ip.start = start + header;
  ip.end = Math.min(end, start + total);
  ip.wireLength = total - header;
  if ((flags & 0x3fff) !== 0) {
    ip.isFragment = true;
    ip.moreFragments = (flags & 0x2000) !== 0;
    ip.fragmentOffset = (flags & 0x1fff) * 8;
    ip.fragmentId = (bytes[start + 4] << 8) | bytes[start + 5];
  }
  if (ip.protocol === AUTHENTICATION && !ip.isFragment && ip.end - ip.start >= 12) {
    const size = (bytes[ip.start + 1] + 2) * 4;
    ip.protocol = bytes[ip.start];
    ip.start = Math.min(ip.end, ip.start + size);
    ip.wireLength = Math.max(0, ip.wireLength - size);
  }
  return true;
}

function readIpv6(bytes: Uint8Array, start: number, end: number, wireLength: number, ip: IpPacket): boolean {
  if (end - start < 40) return false;
  const payload = (bytes[start + 4] << 8) | bytes[start + 5];
  // A jumbogram or segmentation offload has no length here.
  const stop = payload === 0 ? start + wireLength : start + 40 + payload;
  ip.addressBytes = 16;
  ip.source = start + 8;
  ip.destination = start + 24;
  let next = bytes[start + 6];
  let at = start + 40;
  const limit = Math.min(end, stop);
  for (let headers = 0; headers < 16 && isExtension(next); headers++) {
    if (at + 8 > limit) return false;
    const following = bytes[at];
    if (next === FRAGMENT) {
      const offset = (bytes[at + 2] << 8) | bytes[at + 3];
      ip.isFragment = (offset & 0xfff9) !== 0;
      ip.moreFragments = (offset & 1) !== 0;
      ip.fragmentOffset = offset & 0xfff8;
      ip.fragmentId = ((bytes[at + 4] << 24) | (bytes[at + 5] << 16) | (bytes[at + 6] << 8) | bytes[at + 7]) >>> 0;
      at += 8;
      next = following;
      if (ip.isFragment) break;
    } else {
      at += next === AUTHENTICATION ? (bytes[at + 1] + 2) * 4 : (bytes[at + 1] + 1) * 8;
      next = following;
    }
  }
  if (at > limit) return false;
  ip.protocol = next;
  ip.start = at;
  ip.end = limit;
  ip.wireLength = stop - at;
  return true;
}

function isExtension(header: number): boolean {
  switch (header) {
    case HOP_BY_HOP:
    case ROUTING:
    case FRAGMENT:
    case AUTHENTICATION:
    case DESTINATION_OPTIONS:
    case MOBILITY:
    case HOST_IDENTITY:
    case SHIM6:
      return true;
    default:
      return false;
  }
}

/** `192.0.2.1`, or IPv6 by RFC 5952. */
export function formatAddress(bytes: Uint8Array, at: number, length: number): string {
  if (length === 4) return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
  return addressText(bytes, at);
}
