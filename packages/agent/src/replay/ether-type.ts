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

/**
 * The index of the IP header behind the EtherType at `at`, through VLAN tags, MPLS labels and PPPoE, or NOT_IP.
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
        const protocol = (bytes[next + 6] << 8) | bytes[next + 7];
        return next + 8 < end && (protocol === 0x0021 || protocol === 0x0057) ? next + 8 : NOT_IP;
      }
      default:
        return NOT_IP;
    }
  }
  return NOT_IP;
}

/** RFC 3032: labels of four bytes, the last has the bottom-of-stack bit. */
function behindLabels(bytes: Uint8Array, at: number, end: number): number {
  for (; at + 4 < end; at += 4) {
    if ((bytes[at + 2] & 1) === 0) continue;
    const version = bytes[at + 4] >> 4;
    return version === 4 || version === 6 ? at + 4 : NOT_IP;
  }
  return NOT_IP;
}
