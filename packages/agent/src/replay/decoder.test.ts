import { describe, expect, it } from 'vitest';
import { ACK, CaptureClock, Decoder } from './decoder.ts';
import { formatAddress } from './ip.ts';
import { Packet } from './packet.ts';
import { bytes, ethernet, ipv4, ipv6, tcp, u16, u32, udp, V4, V6 } from './packets.case.ts';

const ETHERNET = 1;
const PAYLOAD = bytes('hello');
const SEGMENT = tcp(1234, 80, 5, 6, ACK, PAYLOAD);
const TCP4 = ipv4(V4.client, V4.server, 6, SEGMENT);
const TCP6 = ipv6(V6.client, V6.server, 6, SEGMENT);
const UDP4 = ipv4(V4.client, V4.server, 17, udp(1234, 53, PAYLOAD));

function decode(linkType: number, ...frames: readonly Uint8Array[]) {
  const seen: string[] = [];
  const decoder = new Decoder(new CaptureClock(), {
    tcp: (segment) => seen.push(text('tcp', segment)),
    udp: (datagram) => seen.push(text('udp', datagram)),
  });
  for (const frame of frames) {
    const packet = new Packet();
    Object.assign(packet, { linkType, bytes: frame, start: 0, end: frame.length, wireLength: frame.length });
    decoder.packet(packet);
  }
  return { seen, decoder };
}

function text(kind: string, of: Parameters<ConstructorParameters<typeof Decoder>[1]['tcp']>[0]): string {
  const from = formatAddress(of.addresses, of.source, of.addressBytes);
  const to = formatAddress(of.addresses, of.destination, of.addressBytes);
  const payload = Buffer.from(of.bytes.subarray(of.start, of.end)).toString('latin1');
  return `${kind} ${from} ${of.sourcePort} ${to} ${of.destinationPort} ${payload} ${of.wireLength}`;
}

const TCP4_TEXT = 'tcp 192.0.2.1 1234 198.51.100.2 80 hello 5';
const TCP6_TEXT = 'tcp 2001:db8::1 1234 2001:db8::2 80 hello 5';
const LABEL = [0, 1, 0x41, 64];
const SNAP = bytes([0xaa, 0xaa, 3, 0, 0, 0], u16(0x0800), TCP4);
/** A header of 802.11: frame control, flags, duration, three addresses, sequence. */
const wireless = (control: number, flags: number) => [control, flags, ...new Array(22).fill(0)];
const ring = (source: number) => [0x10, 0x40, ...new Array(6).fill(2), source, ...new Array(5).fill(2)];
const UDP4_TEXT = 'udp 192.0.2.1 1234 198.51.100.2 53 hello 5';

describe('link layers', () => {
  const ppp = bytes(new Array(12).fill(2), u16(0x8864), [0x11, 0, 0, 1], u16(TCP4.length + 2), u16(0x0021), TCP4);
  const mpls = bytes(new Array(12).fill(2), u16(0x8847), [0, 1, 0x40, 64, 0, 2, 0x41, 64], TCP4);
  const shortPpp = bytes(new Array(12).fill(2), u16(0x8864), [0x11, 0, 0, 1], u16(TCP4.length + 1), [0x21], TCP4);
  const tagged = (type: number, ...between: number[][]) => bytes(new Array(12).fill(2), u16(type), ...between, TCP4);
  it.each([
    ['Ethernet, IPv4', ETHERNET, ethernet(TCP4), TCP4_TEXT],
    ['Ethernet, IPv6', ETHERNET, ethernet(TCP6), TCP6_TEXT],
    ['padding of a short frame is no payload', ETHERNET, bytes(ethernet(TCP4), new Array(20).fill(0)), TCP4_TEXT],
    ['VLAN', ETHERNET, ethernet(TCP4, [0x8100]), TCP4_TEXT],
    ['QinQ', ETHERNET, ethernet(TCP6, [0x88a8, 0x8100]), TCP6_TEXT],
    ['PPPoE', ETHERNET, ppp, TCP4_TEXT],
    ['MPLS', ETHERNET, mpls, TCP4_TEXT],
    ['PPPoE with a short protocol', ETHERNET, shortPpp, TCP4_TEXT],
    ['VN-Tag, then VLAN', ETHERNET, tagged(0x8926, [0, 1, 0, 2], u16(0x8100), [0, 5], u16(0x0800)), TCP4_TEXT],
    ['E-Tag', ETHERNET, tagged(0x893f, [0, 0, 0, 1, 0, 0], u16(0x0800)), TCP4_TEXT],
    ['meta data of Cisco', ETHERNET, tagged(0x8909, [1, 1, 0, 1, 0, 5], u16(0x0800)), TCP4_TEXT],
    ['provider backbone', ETHERNET, tagged(0x88e7, [0, 0, 0, 1], new Array(12).fill(3), u16(0x0800)), TCP4_TEXT],
    ['service header with IP', ETHERNET, tagged(0x894f, [0x0f, 0xc2, 2, 1, 0, 0, 1, 0xff]), TCP4_TEXT],
    [
      'service header with Ethernet',
      ETHERNET,
      tagged(0x894f, [0x0f, 0xc6, 1, 3], new Array(20 + 12).fill(0), u16(0x0800)),
      TCP4_TEXT,
    ],
    ['Linux cooked v1', 113, bytes(new Array(14).fill(0), u16(0x0800), TCP4), TCP4_TEXT],
    ['Linux cooked v1, VLAN', 113, bytes(new Array(14).fill(0), u16(0x8100), [0, 5], u16(0x0800), TCP4), TCP4_TEXT],
    ['Linux cooked v2', 276, bytes(u16(0x86dd), new Array(18).fill(0), TCP6), TCP6_TEXT],
    ['raw', 101, TCP4, TCP4_TEXT],
    ['raw of BSD', 12, TCP6, TCP6_TEXT],
    ['raw of OpenBSD', 14, TCP6, TCP6_TEXT],
    ['IPv4', 228, UDP4, UDP4_TEXT],
    ['IPv6', 229, TCP6, TCP6_TEXT],
    ['null, little endian', 0, bytes([2, 0, 0, 0], TCP4), TCP4_TEXT],
    ['null, big endian', 0, bytes([0, 0, 0, 30], TCP6), TCP6_TEXT],
    ['PPP', 9, bytes([0xff, 3, 0, 0x21], TCP4), TCP4_TEXT],
    ['PPP without address, short protocol', 50, bytes([0x57], TCP6), TCP6_TEXT],
    [
      'NFLOG',
      239,
      bytes(
        [2, 0, 0, 0],
        [8, 0, 1, 0, 0, 0, 0, 0],
        [5, 0, 10, 0, 0, 0, 0, 0],
        [(TCP4.length + 4) & 255, 0, 9, 0],
        TCP4,
      ),
      TCP4_TEXT,
    ],
    ['loopback of OpenBSD', 108, bytes([0, 0, 0, 2], TCP4), TCP4_TEXT],
    ['Ethernet with LLC', 1, bytes(new Array(12).fill(2), u16(SNAP.length), SNAP), TCP4_TEXT],
    ['MPLS with Ethernet', 219, bytes(LABEL, ethernet(TCP4)), TCP4_TEXT],
    ['MPLS with a control word and Ethernet', 219, bytes(LABEL, u32(0), ethernet(TCP4)), TCP4_TEXT],
    ['Cisco HDLC', 104, bytes([0x0f, 0], u16(0x0800), TCP4), TCP4_TEXT],
    ['PPP with a direction', 204, bytes([1, 0xff, 3, 0, 0x21], TCP4), TCP4_TEXT],
    ['PPP over Ethernet', 51, bytes([0x11, 0], u16(1), u16(TCP4.length + 2), u16(0x21), TCP4), TCP4_TEXT],
    ['frame relay', 107, bytes([0x18, 0x41, 3, 0xcc], TCP4), TCP4_TEXT],
    ['frame relay with SNAP', 107, bytes([0x18, 0x41, 3, 0, 0x80, 0, 0, 0], u16(0x0800), TCP4), TCP4_TEXT],
    ['token ring with a route', 6, bytes(ring(0x80), [6, 0, 0, 0, 0, 0], SNAP), TCP4_TEXT],
    ['ATM with bridged Ethernet', 100, bytes([0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 7, 0, 0], ethernet(TCP4)), TCP4_TEXT],
    ['FDDI', 10, bytes([0x50], new Array(12).fill(2), SNAP), TCP4_TEXT],
    ['Wi-Fi', 105, bytes(wireless(0x08, 1), SNAP), TCP4_TEXT],
    ['Wi-Fi with quality of service, relayed', 105, bytes(wireless(0x88, 3), new Array(8).fill(0), SNAP), TCP4_TEXT],
    ['radiotap', 127, bytes([0, 0, 9, 0, 2, 0, 0, 0, 0x10], wireless(0x08, 1), SNAP, u32(0)), TCP4_TEXT],
    [
      'radiotap with a clock and a padded header',
      127,
      bytes([0, 0, 17, 0, 3, 0, 0, 0], new Array(8).fill(0), [0x20], wireless(0x88, 1), u32(0), SNAP),
      TCP4_TEXT,
    ],
    ['Prism', 119, bytes(u32(0x44), new Array(140).fill(0), wireless(0x08, 1), SNAP), TCP4_TEXT],
    ['AVS', 163, bytes(u32(0x80211001), u32(64), new Array(56).fill(0), wireless(0x08, 1), SNAP), TCP4_TEXT],
    ['PPI', 192, bytes([0, 0, 8, 0, 105, 0, 0, 0], wireless(0x08, 1), SNAP), TCP4_TEXT],
    ['PKTAP', 258, bytes([12, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], ethernet(TCP4)), TCP4_TEXT],
  ])('%s', (_, linkType, frame, wanted) => expect(decode(linkType, frame).seen).toEqual([wanted]));

  it('reads no encrypted Wi-Fi, nor frames without data', () => {
    const frames = [wireless(0x08, 0x41), wireless(0x48, 1), wireless(0x80, 0)].map((head) => bytes(head, SNAP));
    expect(decode(105, ...frames)).toMatchObject({ seen: [], decoder: { notIp: 3 } });
  });

  it('counts what it does not read', () => {
    const arp = bytes(new Array(12).fill(2), u16(0x0806), new Array(28).fill(0));
    const { seen, decoder } = decode(ETHERNET, arp, ethernet(bytes([0x45, 0, 0])));
    expect(seen).toEqual([]);
    expect(decoder).toMatchObject({ notIp: 1, malformed: 1, unknownLink: 0 });
    expect(decode(147, TCP4).decoder.unknownLink).toBe(1);
  });
});

describe('tunnels', () => {
  const inner = ethernet(TCP4);
  const overUdp = (port: number, head: number[], packet: Uint8Array) =>
    ipv4(V4.server, V4.client, 17, udp(5000, port, bytes(head, packet)));
  const vxlan = udp(5000, 4789, bytes([8, 0, 0, 0, 0, 0, 1, 0], inner));
  it.each([
    ['IPv4 in IPv6', ipv6(V6.client, V6.server, 4, TCP4), TCP4_TEXT],
    ['IPv6 in IPv4', ipv4(V4.client, V4.server, 41, TCP6), TCP6_TEXT],
    ['GRE', ipv4(V4.client, V4.server, 47, bytes([0, 0], u16(0x0800), TCP4)), TCP4_TEXT],
    ['GRE with key', ipv4(V4.client, V4.server, 47, bytes([0x20, 0], u16(0x86dd), u32(9), TCP6)), TCP6_TEXT],
    ['GRE with Ethernet', ipv4(V4.client, V4.server, 47, bytes([0, 0], u16(0x6558), inner)), TCP4_TEXT],
    [
      'GRE with PPP',
      ipv4(
        V4.client,
        V4.server,
        47,
        bytes([0x30, 0x81], u16(0x880b), u32(0), u32(0), u32(0), [0xff, 3, 0, 0x21], TCP4),
      ),
      TCP4_TEXT,
    ],
    [
      'ERSPAN II',
      ipv4(V4.client, V4.server, 47, bytes([0x10, 0], u16(0x88be), u32(1), new Array(8).fill(1), inner)),
      TCP4_TEXT,
    ],
    [
      'ERSPAN III',
      ipv4(V4.client, V4.server, 47, bytes([0x10, 0], u16(0x22eb), u32(1), new Array(12).fill(0), inner)),
      TCP4_TEXT,
    ],
    ['VXLAN', ipv4(V4.server, V4.client, 17, vxlan), TCP4_TEXT],
    ['VXLAN with reserved bits', overUdp(4789, [8, 0, 0, 7, 0, 0, 1, 7], inner), TCP4_TEXT],
    ['VXLAN that says what follows', overUdp(4790, [12, 0, 0, 1, 0, 0, 1, 0], TCP4), TCP4_TEXT],
    ['MPLS in UDP', overUdp(6635, LABEL, TCP4), TCP4_TEXT],
    ['AYIYA', overUdp(5072, [0x44, 0x52, 0x11, 41, ...new Array(4 + 16 + 20).fill(0)], TCP6), TCP6_TEXT],
    ['EtherIP', ipv4(V4.server, V4.client, 97, bytes([0x30, 0], inner)), TCP4_TEXT],
    ['an authentication header', ipv4(V4.server, V4.client, 51, bytes([4, 4], new Array(22).fill(0), TCP4)), TCP4_TEXT],
    ['GRE of WCCP', ipv4(V4.server, V4.client, 47, bytes(u16(0), u16(0x883e), u32(0), TCP4)), TCP4_TEXT],
    [
      'Geneve with options',
      ipv4(V4.server, V4.client, 17, udp(9, 6081, bytes([1, 0], u16(0x6558), u32(0), u32(7), inner))),
      TCP4_TEXT,
    ],
    [
      'GTP-U',
      ipv4(V4.server, V4.client, 17, udp(2152, 2152, bytes([0x30, 255], u16(TCP6.length), u32(7), TCP6))),
      TCP6_TEXT,
    ],
    [
      'GTP-U with an extension',
      ipv4(
        V4.server,
        V4.client,
        17,
        udp(2152, 2152, bytes([0x34, 255], u16(TCP4.length + 8), u32(7), [0, 0, 0, 0x85], [1, 9, 9, 0], TCP4)),
      ),
      TCP4_TEXT,
    ],
    [
      'L2TP',
      ipv4(V4.server, V4.client, 17, udp(1701, 1701, bytes([0, 2], u16(5), u16(6), [0xff, 3, 0, 0x57], TCP6))),
      TCP6_TEXT,
    ],
    ['Teredo', ipv4(V4.server, V4.client, 17, udp(3544, 9, bytes([0, 0], new Array(6).fill(1), TCP6))), TCP6_TEXT],
  ])('%s', (_, packet, wanted) => expect(decode(101, packet).seen).toEqual([wanted]));

  it('end: packets in packets in packets', () => {
    let packet = TCP4;
    for (let depth = 0; depth < 50; depth++) packet = ipv4(V4.client, V4.server, 4, packet);
    expect(decode(101, packet).seen).toEqual([]);
  });
});

describe('IP', () => {
  it('reads the addresses of every form', () => {
    expect(decode(101, ipv6([0xfe, 0x80, ...new Array(14).fill(0)], V6.server, 6, SEGMENT)).seen[0]).toContain(
      'fe80::',
    );
  });

  it('passes IPv6 extension headers by', () => {
    const options = bytes([6, 0, 1, 4, 0, 0, 0, 0], SEGMENT);
    expect(decode(101, ipv6(V6.client, V6.server, 60, options)).seen).toEqual([TCP6_TEXT]);
  });

  it('believes the capture where segmentation offload left the length out', () => {
    const packet = TCP4.slice();
    packet.set([0, 0], 2);
    expect(decode(101, packet).seen).toEqual([TCP4_TEXT]);
  });
});

describe('fragments', () => {
  const whole = udp(1234, 53, bytes('x'.repeat(3000)));
  const parts = (make: typeof ipv4, from: readonly number[], to: readonly number[], id = 7) =>
    [0, 1024, 2048].map((offset) => {
      const piece = whole.subarray(offset, offset + 1024);
      return make(from, to, 17, piece, { id, offset, more: offset + 1024 < whole.length });
    });
  const wanted = [`udp 192.0.2.1 1234 198.51.100.2 53 ${'x'.repeat(3000)} 3000`];

  it.each([
    ['in order', [0, 1, 2]],
    ['in reverse', [2, 1, 0]],
    ['twice', [1, 1, 0, 1, 2]],
  ])('%s', (_, order) => {
    const pieces = parts(ipv4, V4.client, V4.server);
    expect(decode(101, ...order.map((index) => pieces[index])).seen).toEqual(wanted);
  });

  it('of IPv6', () => {
    expect(decode(101, ...parts(ipv6, V6.client, V6.server)).seen[0]).toContain('udp 2001:db8::1 1234');
  });

  it('of different datagrams are kept apart, and bounded', () => {
    const lonely = Array.from({ length: 300 }, (_, id) => parts(ipv4, V4.client, V4.server, 100 + id)[0]);
    const { seen, decoder } = decode(101, ...parts(ipv4, V4.client, V4.server), ...lonely);
    expect(seen).toEqual(wanted);
    expect(decoder.fragments.dropped).toBe(300 - 256);
  });
});
