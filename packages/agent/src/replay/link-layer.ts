import { indexOfIp, NOT_IP } from './ether-type.ts';
import { ipInPpp } from './tunnel.ts';

/** LINKTYPE_ numbers, tcpdump.org/linktypes.html. */
const NULL = 0;
const ETHERNET = 1;
const PPP = 9;
const RAW_BSD = 12;
const RAW_OPENBSD = 14;
const PPP_SERIAL = 50;
const RAW = 101;
const LOOP = 108;
const LINUX_SLL = 113;
const IPV4 = 228;
const IPV6 = 229;
const NFLOG = 239;
const LINUX_SLL2 = 276;

export const UNKNOWN_LINK = -2;

/** The index of the IP header inside a captured packet, NOT_IP, or UNKNOWN_LINK where the link type is not read. */
export function ipStart(linkType: number, bytes: Uint8Array, start: number, end: number): number {
  switch (linkType) {
    case ETHERNET:
      return end - start < 14 ? NOT_IP : indexOfIp(bytes, start + 12, end);
    case NULL:
    case LOOP:
      return ipVersion(bytes, start + 4, end) ? start + 4 : NOT_IP;
    case RAW:
    case RAW_BSD:
    case RAW_OPENBSD:
    case IPV4:
    case IPV6:
      return ipVersion(bytes, start, end) ? start : NOT_IP;
    case LINUX_SLL:
      return end - start < 16 ? NOT_IP : indexOfIp(bytes, start + 14, end);
    case LINUX_SLL2:
      return end - start < 20 ? NOT_IP : indexOfIp(bytes, start, end, start + 20);
    case PPP:
    case PPP_SERIAL:
      return ipInPpp(bytes, start, end);
    case NFLOG:
      return nflogPayload(bytes, start, end);
    default:
      return UNKNOWN_LINK;
  }
}

function ipVersion(bytes: Uint8Array, at: number, end: number): boolean {
  return at < end && (bytes[at] >> 4 === 4 || bytes[at] >> 4 === 6);
}

const NFLOG_PAYLOAD = 9;

/** tcpdump.org/linktypes/LINKTYPE_NFLOG.html: values with length and type before them, in the byte order of the host. */
function nflogPayload(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + 4; at + 4 <= end; ) {
    const length = bytes[at] | (bytes[at + 1] << 8);
    const type = bytes[at + 2] | (bytes[at + 3] << 8);
    if (length < 4) return NOT_IP;
    if (type === NFLOG_PAYLOAD) return ipVersion(bytes, at + 4, end) ? at + 4 : NOT_IP;
    at += (length + 3) & ~3;
  }
  return NOT_IP;
}
