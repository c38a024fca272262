import { behindLabels, behindLlc, indexOfIp, NOT_IP } from './ether-type.ts';
import { ipInPpp } from './tunnel.ts';
import { ipInPrism, ipInRadiotap, ipInWireless } from './wireless.ts';

/** LINKTYPE_ numbers, tcpdump.org/linktypes.html. */
const NULL = 0;
const ETHERNET = 1;
const TOKEN_RING = 6;
const PPP = 9;
const FDDI = 10;
const RAW_BSD = 12;
const RAW_OPENBSD = 14;
const PPP_SERIAL = 50;
const PPP_ETHER = 51;
const ATM = 100;
const RAW = 101;
const CISCO_HDLC = 104;
const WIRELESS = 105;
const FRAME_RELAY = 107;
const LOOP = 108;
const ENC = 109;
const LINUX_SLL = 113;
const PFLOG = 117;
const PRISM = 119;
const SUN_ATM = 123;
const RADIOTAP = 127;
const AVS = 163;
const PPP_PPPD = 166;
const PPI = 192;
const PPP_WITH_DIRECTION = 204;
const MPLS = 219;
const IPNET = 226;
const IPV4 = 228;
const IPV6 = 229;
const NFLOG = 239;
const NET_ANALYZER = 240;
const PKTAP = 258;
const MPACKET = 274;
const LINUX_SLL2 = 276;

export const UNKNOWN_LINK = -2;

/** The index of the IP header inside a captured packet, NOT_IP, or UNKNOWN_LINK where the link type is not read. */
export function ipStart(linkType: number, bytes: Uint8Array, start: number, end: number): number {
  switch (linkType) {
    case ETHERNET:
      return indexOfIp(bytes, start + 12, end);
    case NET_ANALYZER:
      return indexOfIp(bytes, start + 4 + 12, end);
    case MPACKET:
      return indexOfIp(bytes, start + 8 + 12, end);
    case NULL:
    case LOOP:
      return ipAt(bytes, start + 4, end);
    case RAW:
    case RAW_BSD:
    case RAW_OPENBSD:
    case IPV4:
    case IPV6:
      return ipAt(bytes, start, end);
    case ENC:
      return ipAt(bytes, start + 12, end);
    case PFLOG:
      return ipAt(bytes, start + ((bytes[start] + 3) & ~3), end);
    case IPNET:
      return ipAt(bytes, start + 24, end);
    case LINUX_SLL:
      return indexOfIp(bytes, start + 14, end);
    case LINUX_SLL2:
      return indexOfIp(bytes, start, end, start + 20);
    case CISCO_HDLC:
      return indexOfIp(bytes, start + 2, end);
    case PPP:
    case PPP_SERIAL:
      return ipInPpp(bytes, start, end);
    case PPP_PPPD:
    case PPP_WITH_DIRECTION:
      return ipInPpp(bytes, start + 1, end);
    case PPP_ETHER:
      return ipInPpp(bytes, start + 6, end);
    case MPLS:
      return behindLabels(bytes, start, end);
    case FRAME_RELAY:
      return ipInFrameRelay(bytes, start, end);
    case ATM:
      return behindLlc(bytes, start, end);
    case SUN_ATM:
      return behindLlc(bytes, start + 4, end);
    case FDDI:
      return behindLlc(bytes, start + 13, end);
    case TOKEN_RING:
      return behindLlc(bytes, start + 14 + (bytes[start + 8] & 0x80 ? bytes[start + 14] & 0x1f : 0), end);
    case WIRELESS:
      return ipInWireless(bytes, start, end);
    case RADIOTAP:
      return ipInRadiotap(bytes, start, end);
    case PRISM:
    case AVS:
      return ipInPrism(bytes, start, end);
    case PPI:
      return inner(u16(bytes, start + 4), bytes, start + u16(bytes, start + 2), end);
    case PKTAP:
      return inner(u16(bytes, start + 8), bytes, start + u16(bytes, start), end);
    case NFLOG:
      return nflogPayload(bytes, start, end);
    default:
      return UNKNOWN_LINK;
  }
}

function u16(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8);
}

/** A header that names the link type of what follows it; never itself again. */
function inner(linkType: number, bytes: Uint8Array, at: number, end: number): number {
  return linkType === PPI || linkType === PKTAP ? NOT_IP : ipStart(linkType, bytes, at, end);
}

/** RFC 2427: an address of two bytes, then a network layer protocol id, or Cisco's EtherType. */
function ipInFrameRelay(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 10 || bytes[start + 2] !== 0x03) return indexOfIp(bytes, start + 2, end);
  const at = start + (bytes[start + 3] === 0 ? 4 : 3);
  if (bytes[at] === 0xcc || bytes[at] === 0x8e) return ipAt(bytes, at + 1, end);
  return bytes[at] === 0x80 ? indexOfIp(bytes, at + 4, end) : NOT_IP;
}

function ipAt(bytes: Uint8Array, at: number, end: number): number {
  return at < end && (bytes[at] >> 4 === 4 || bytes[at] >> 4 === 6) ? at : NOT_IP;
}

const NFLOG_PAYLOAD = 9;

/** tcpdump.org/linktypes/LINKTYPE_NFLOG.html: values with length and type before them, in the byte order of the host. */
function nflogPayload(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + 4; at + 4 <= end; ) {
    const length = u16(bytes, at);
    const type = u16(bytes, at + 2);
    if (length < 4) return NOT_IP;
    if (type === NFLOG_PAYLOAD) return ipAt(bytes, at + 4, end);
    at += (length + 3) & ~3;
  }
  return NOT_IP;
}
