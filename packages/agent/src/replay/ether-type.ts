export const NOT_IP = -1;

/** IEEE 802 EtherTypes that lead to an IP header. */
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const VLAN = 0x8100;
const QINQ = 0x88a8;
const QINQ_OLD = 0x9100;
const MPLS = 0x8847;
const MPLS_MULTICAST = 0x8848;
const PPPOE = 0x8864;
/** Tags of switches, in front of the EtherType they take the place of: Cisco's VN-Tag and meta data, IEEE 802.1BR. */
const TAGS: Readonly<Record<number, number>> = { 35110: 4, 35081: 6, 35135: 6 };
/** IEEE 802.1ah: a service tag, then a whole frame. */
const PROVIDER_BACKBONE = 0x88e7;
const SERVICE_CHAIN = 0x894f;
const ADDRESSES = 12;
/** Smaller values are lengths: IEEE 802.2 follows. */
const MAX_LENGTH = 1500;

/**
 * The index of the IP header behind the EtherType at `at`, through tags, MPLS labels, PPPoE, service headers and LLC, or NOT_IP.
 * `next` is where the payload begins, if not right behind the EtherType.
 */
export function indexOfIp(bytes: Uint8Array, at: number, end: number, next = at + 2): number {
  for (let depth = 0; depth < 8; depth++) {
    if (at + 2 > end || next >= end) return NOT_IP;
    const type = (bytes[at] << 8) | bytes[at + 1];
    switch (type) {
      case IPV4:
      case IPV6:
        return next;
      case VLAN:
      case QINQ:
      case QINQ_OLD:
        at = next + 2;
        next = at + 2;
        continue;
      case MPLS:
      case MPLS_MULTICAST:
        return behindLabels(bytes, next, end);
      case PPPOE: {
        const protocol = bytes[next + 6] === 0 ? next + 7 : next + 6;
        return protocol + 1 < end && (bytes[protocol] === 0x21 || bytes[protocol] === 0x57) ? protocol + 1 : NOT_IP;
      }
      case PROVIDER_BACKBONE:
        at = next + 4 + ADDRESSES;
        next = at + 2;
        continue;
      case SERVICE_CHAIN:
        return behindServiceHeader(bytes, next, end);
      default:
        if (type <= MAX_LENGTH) return behindLlc(bytes, next, end);
        if (!TAGS[type]) return NOT_IP;
        at = next + TAGS[type];
        next = at + 2;
    }
  }
  return NOT_IP;
}

/** RFC 8300 §2: the length is counted in words, the next protocol is IP or Ethernet. */
export function behindServiceHeader(bytes: Uint8Array, at: number, end: number): number {
  const inner = at + (bytes[at + 1] & 0x3f) * 4;
  if (inner === at || inner >= end) return NOT_IP;
  if (bytes[at + 3] === 3) return indexOfIp(bytes, inner + ADDRESSES, end);
  return bytes[at + 3] === 1 || bytes[at + 3] === 2 ? inner : NOT_IP;
}

const [LLC_IP, LLC_SNAP, UNNUMBERED] = [0x06, 0xaa, 0x03];

/** IEEE 802.2 with SNAP (RFC 1042), also around a bridged Ethernet frame (RFC 2684 §5.2). */
export function behindLlc(bytes: Uint8Array, at: number, end: number): number {
  if (at + 8 >= end || bytes[at] !== bytes[at + 1] || bytes[at + 2] !== UNNUMBERED) return NOT_IP;
  if (bytes[at] === LLC_IP) return bytes[at + 3] >> 4 === 4 ? at + 3 : NOT_IP;
  if (bytes[at] !== LLC_SNAP) return NOT_IP;
  const organisation = (bytes[at + 3] << 16) | (bytes[at + 4] << 8) | bytes[at + 5];
  if (organisation === 0) return indexOfIp(bytes, at + 6, end);
  return organisation === 0x0080c2 ? indexOfIp(bytes, at + 8 + 2 + 12, end) : NOT_IP;
}

const CONTROL_WORD = 4;

/** RFC 3032: labels of four bytes, the last has the bottom-of-stack bit. IP follows, or Ethernet (RFC 4448), perhaps behind a control word. */
export function behindLabels(bytes: Uint8Array, at: number, end: number): number {
  for (; at + 4 < end; at += 4) {
    if ((bytes[at + 2] & 1) === 0) continue;
    const version = bytes[at + 4] >> 4;
    if (version === 4 || version === 6) return at + 4;
    const plain = indexOfIp(bytes, at + 4 + 12, end);
    return plain === NOT_IP ? indexOfIp(bytes, at + 4 + CONTROL_WORD + 12, end) : plain;
  }
  return NOT_IP;
}
