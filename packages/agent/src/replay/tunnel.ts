import { behindLabels, behindServiceHeader, indexOfIp, NOT_IP } from './ether-type.ts';

const VXLAN = 4789;
/** Linux's own number, which flannel and Cilium keep. */
const VXLAN_OF_LINUX = 8472;
const VXLAN_GPE = 4790;
const GENEVE = 6081;
const GTP_USER = 2152;
const TEREDO = 3544;
const L2TP = 1701;
const MPLS_IN_UDP = 6635;
const AYIYA = 5072;

const TRANSPARENT_ETHERNET = 0x6558;
const PPP = 0x880b;
const ERSPAN_2 = 0x88be;
const ERSPAN_3 = 0x22eb;
const WCCP = 0x883e;

/** The index of the IP header inside a UDP datagram that is a tunnel, or NOT_IP. */
export function ipInUdp(from: number, to: number, bytes: Uint8Array, at: number, end: number): number {
  const either = (port: number) => from === port || to === port;
  if (either(VXLAN) || either(VXLAN_OF_LINUX)) return vxlan(bytes, at, end);
  if (either(GENEVE)) return geneve(bytes, at, end);
  if (either(GTP_USER)) return gtpUser(bytes, at, end);
  if (either(L2TP)) return l2tp(bytes, at, end);
  if (to === VXLAN_GPE) return vxlanGpe(bytes, at, end);
  if (to === MPLS_IN_UDP) return behindLabels(bytes, at, end);
  if (either(AYIYA)) return ayiya(bytes, at, end);
  return either(TEREDO) ? teredo(bytes, at, end) : NOT_IP;
}

/** RFC 7348 §5: the flag says that there is a network identifier; an Ethernet frame follows. Reserved bits say nothing. */
function vxlan(bytes: Uint8Array, at: number, end: number): number {
  return end - at > 22 && bytes[at] & 0x08 ? indexOfIp(bytes, at + 20, end) : NOT_IP;
}

/** draft-ietf-nvo3-vxlan-gpe: VXLAN that says what follows. */
function vxlanGpe(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 9 || (bytes[at] & 0x0c) !== 0x0c) return NOT_IP;
  if (bytes[at + 3] === 3) return indexOfIp(bytes, at + 20, end);
  if (bytes[at + 3] === 4) return behindServiceHeader(bytes, at + 8, end);
  return isIp(bytes, at + 8, end) ? at + 8 : NOT_IP;
}

/** draft-massar-v6ops-ayiya: the identity has 2^n bytes, the signature n words; a packet to forward is IPv4 or IPv6. */
function ayiya(bytes: Uint8Array, at: number, end: number): number {
  if ((bytes[at + 2] & 15) !== 1 || (bytes[at + 3] !== 4 && bytes[at + 3] !== 41)) return NOT_IP;
  const inner = at + 8 + 2 ** (bytes[at] >> 4) + (bytes[at + 1] >> 4) * 4;
  return inner < end && isIp(bytes, inner, end) ? inner : NOT_IP;
}

/** RFC 8926 §3.4. */
function geneve(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 8 || bytes[at] >> 6 !== 0) return NOT_IP;
  const inner = at + 8 + (bytes[at] & 0x3f) * 4;
  const type = (bytes[at + 2] << 8) | bytes[at + 3];
  return type === TRANSPARENT_ETHERNET ? indexOfIp(bytes, inner + 12, end) : indexOfIp(bytes, at + 2, end, inner);
}

/** 3GPP TS 29.281 §5: message type 255 carries a packet; extension headers say their length in four bytes. */
function gtpUser(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 8 || (bytes[at] & 0xf0) !== 0x30 || bytes[at + 1] !== 0xff) return NOT_IP;
  let inner = at + 8;
  if ((bytes[at] & 7) !== 0) {
    inner += 4;
    for (let next = bytes[inner - 1]; next !== 0 && inner < end && bytes[inner] > 0; next = bytes[inner - 1]) {
      inner += bytes[inner] * 4;
    }
  }
  return isIp(bytes, inner, end) ? inner : NOT_IP;
}

/** RFC 4380 §5.1.1: an authentication and an origin header may come before the IPv6 packet. */
function teredo(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] === 0 && bytes[at + 1] === 1) at += 13 + bytes[at + 2] + bytes[at + 3];
  if (bytes[at] === 0 && bytes[at + 1] === 0) at += 8;
  return end - at >= 40 && bytes[at] >> 4 === 6 ? at : NOT_IP;
}

/** RFC 2661 §3.1: a data message carries PPP; length, numbers and offset are there where their flags are. */
function l2tp(bytes: Uint8Array, at: number, end: number): number {
  const flags = bytes[at];
  if (end - at < 6 || (flags & 0x80) !== 0 || (bytes[at + 1] & 15) !== 2) return NOT_IP;
  let inner = at + 6 + (flags & 0x40 ? 2 : 0) + (flags & 0x08 ? 4 : 0);
  if (flags & 0x02) inner += 2 + ((bytes[inner] << 8) | bytes[inner + 1]);
  return ipInPpp(bytes, inner, end);
}

/** RFC 3378: a version, then an Ethernet frame. */
export function ipInEther(bytes: Uint8Array, at: number, end: number): number {
  return bytes[at] >> 4 === 3 ? indexOfIp(bytes, at + 2 + 12, end) : NOT_IP;
}

/** RFC 2784 and 2890, RFC 2637 for version 1: checksum, key and numbers are there where their flags are. */
export function ipInGre(bytes: Uint8Array, start: number, end: number): number {
  const version = bytes[start + 1] & 7;
  if (end - start < 4 || version > 1) return NOT_IP;
  const flags = bytes[start];
  let at = start + 4;
  for (const flag of [0x80, 0x20, 0x10]) if (flags & flag) at += 4;
  if (version === 1 && bytes[start + 1] & 0x80) at += 4;
  switch ((bytes[start + 2] << 8) | bytes[start + 3]) {
    case TRANSPARENT_ETHERNET:
      return indexOfIp(bytes, at + 12, end);
    case PPP:
      return ipInPpp(bytes, at, end);
    case ERSPAN_2:
      return indexOfIp(bytes, at + (flags & 0x10 ? 8 : 0) + 12, end);
    case ERSPAN_3:
      return indexOfIp(bytes, at + (bytes[at + 11] & 1 ? 20 : 12) + 12, end);
    case WCCP:
      return isIp(bytes, at, end) ? at : isIp(bytes, at + 4, end) ? at + 4 : NOT_IP;
    default:
      return indexOfIp(bytes, start + 2, end, at);
  }
}

/** RFC 1661 §2: address and control may be left out, and the protocol's first byte where it is zero. */
export function ipInPpp(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] === 0xff && bytes[at + 1] === 0x03) at += 2;
  if (bytes[at] === 0) at++;
  return (bytes[at] === 0x21 || bytes[at] === 0x57) && isIp(bytes, at + 1, end) ? at + 1 : NOT_IP;
}

function isIp(bytes: Uint8Array, at: number, end: number): boolean {
  return at < end && (bytes[at] >> 4 === 4 || bytes[at] >> 4 === 6);
}
