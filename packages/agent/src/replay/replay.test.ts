import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Exchange } from '@sonde/model';
import { afterAll, describe, expect, it } from 'vitest';
import { RST } from './decoder.ts';
import { bytes, Connection, ethernet, frames, pcap, pcapng, type Side } from './packets.case.ts';
import { endpointText, type ReplayedSession, replay } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'sonde-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(content: Uint8Array): string {
  const name = join(folder, `${files++}.pcap`);
  writeFileSync(name, content);
  return name;
}

async function run(...contents: readonly Uint8Array[]) {
  const exchanges: Exchange[] = [];
  const sessions: ReplayedSession[] = [];
  const report = await replay(contents.map(file), {
    onExchange: (exchange) => exchanges.push(exchange),
    onSession: (session) => sessions.push(session),
  });
  return { exchanges, sessions, report, lines: exchanges.map(line) };
}

function line({ protocol, client, server, operation, target, status, outcome, complete }: Exchange): string {
  const ends = `${endpointText(client)} ${endpointText(server)}`;
  return [protocol, ends, operation, target, status, outcome, complete ? 'whole' : 'part'].join(' ');
}

const REQUEST = 'GET /users/7 HTTP/1.1\r\nHost: shop\r\n\r\n';
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const WANTED = 'http 192.0.2.1:40000 198.51.100.2:80 GET /users/{id} 200 complete whole';

function exchange(connection: Connection): Uint8Array[] {
  return [connection.send('client', REQUEST), connection.send('server', RESPONSE)];
}

function whole(connection = new Connection()): Uint8Array[] {
  return [...connection.open(), ...exchange(connection)];
}

/** A request and a response of OffsetFetch; correlation ids below 14 are versions of Produce, whose key is 0. */
const ASKS = '\0\0\0\x2a\0\x09\0\x01\0\0\0\x65\0\x04test\0\x06group1\0\0\0\x01\0\x06topic1\0\0\0\x01\0\0\0\0';
const answer = (id: string) =>
  `\0\0\0\x2a\0\0\0${id}\0\0\0\x01\0\x06topic1\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x05\0\x04meta\0\0`;

const JOINED: readonly [string, number, readonly [Side, string][], readonly string[][]][] = [
  ['messages, and nothing says more', 1883, [['client', '1\x11\0\x0bpublic/newswarm']], [['mqtt', 'PUBLISH', 'public/news', '']]],
  ['a response that could be a request', 9092, [['server', answer('\x02')]], []],
  [
    'a response that could be a request, then an exchange', 9092,
    [['server', answer('\x02')], ['client', ASKS], ['server', answer('e')]], [['kafka', 'OffsetFetch', 'topic1', '0']],
  ],
]; // biome-ignore format: one connection an entry

describe('replay', () => {
  it('reads an exchange, exactly', async () => {
    const { exchanges, sessions, report } = await run(pcap(frames(whole())));
    expect(exchanges).toMatchObject([
      {
        protocol: 'http',
        start: 1_700_000_000_003_000_000n,
        duration: 1_000_000,
        requestBytes: REQUEST.length,
        responseBytes: RESPONSE.length,
        requestOffset: 0n,
      },
    ]);
    expect(sessions).toEqual([
      {
        transport: 'tcp',
        client: '192.0.2.1:40000',
        server: '198.51.100.2:80',
        protocol: 'http',
        bytes: REQUEST.length + RESPONSE.length,
      },
    ]);
    expect(report).toMatchObject({ packets: 5, exchanges: 1, sessions: 1, unknown: 0 });
  });

  it.each([
    ['pcapng', pcapng(frames(whole()))],
    ['gzip', gzipSync(pcap(frames(whole())))],
    ['zstd', zstdCompressSync(pcap(frames(whole())))],
    [
      'gzip in two members',
      Buffer.concat(
        [pcap(frames(whole())).subarray(0, 100), pcap(frames(whole())).subarray(100)].map((part) => gzipSync(part)),
      ),
    ],
    ['VLAN', pcap(frames(whole(), (packet) => ethernet(packet, [0x8100])))],
    ['server before client', pcap(frames(whole().toSpliced(3, 2, ...exchange(opened()).reverse())))],
  ])('%s', async (_, content) => expect((await run(content)).lines).toEqual([WANTED]));

  it('asks again what a tunnel carries', async () => {
    const connection = new Connection(40000, 3128);
    const packets = [
      ...connection.open(),
      connection.send('client', 'CONNECT h:6379 HTTP/1.1\r\n\r\n'),
      connection.send('server', 'HTTP/1.1 200 OK\r\n\r\n'),
      connection.send('client', '*1\r\n$4\r\nPING\r\n'),
      connection.send('server', '+PONG\r\n'),
    ];
    const { lines } = await run(pcap(frames(packets)));
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['http', 'redis']);
  });

  it('joins several files into one', async () => {
    const packets = frames(whole());
    const { lines, report } = await run(pcap(packets.slice(0, 4)), pcap(packets.slice(4)));
    expect(lines).toEqual([WANTED]);
    expect(report.endings.size).toBe(2);
  });

  it('finds the client where the beginning was not seen, whatever the ports', async () => {
    const connection = new Connection(80, 40000);
    const packets = [connection.send('server', 'tail of an answer'), ...exchange(connection)];
    const { lines } = await run(pcap(frames(packets)));
    expect(lines).toEqual([WANTED.replace('192.0.2.1:40000 198.51.100.2:80', '192.0.2.1:80 198.51.100.2:40000')]);
  });

  it('reads a request that comes byte by byte', async () => {
    const connection = new Connection();
    const open = connection.open();
    const parts = [...REQUEST].map((byte) => connection.send('client', byte));
    expect((await run(pcap(frames([...open, ...parts, connection.send('server', RESPONSE)])))).lines).toEqual([WANTED]);
  });

  it('reads on behind the PROXY protocol', async () => {
    const connection = new Connection();
    const proxy = 'PROXY TCP4 203.0.113.9 198.51.100.2 1 80\r\n';
    const packets = [
      ...connection.open(),
      connection.send('client', proxy + REQUEST),
      connection.send('server', RESPONSE),
    ];
    const { lines, exchanges } = await run(pcap(frames(packets)));
    expect(lines).toEqual([WANTED]);
    expect(exchanges).toMatchObject([{ requestBytes: REQUEST.length, requestOffset: BigInt(proxy.length) }]);
  });

  it('says what a reset left without an answer', async () => {
    const connection = new Connection();
    const packets = [...connection.open(), connection.send('client', REQUEST), connection.flags('server', RST)];
    const { lines } = await run(pcap(frames(packets)));
    expect(lines).toEqual([WANTED.replace('200 complete whole', ' reset part')]);
  });

  it('takes the same four numbers twice as two connections', async () => {
    const { lines, report } = await run(pcap(frames(whole())), pcap(frames(reopened())));
    expect(lines).toEqual([WANTED, WANTED]);
    expect(report.sessions).toBe(2);
  });

  it('corrects itself where the first words were of another protocol', async () => {
    const connection = new Connection();
    const packets = [...connection.open(), connection.send('client', REQUEST)];
    for (let i = 0; i < 20; i++) {
      packets.push(connection.send('client', '*1\r\n$4\r\nPING\r\n'), connection.send('server', '+PONG\r\n'));
    }
    const { exchanges, sessions } = await run(pcap(frames(packets)));
    expect(sessions).toMatchObject([{ protocol: 'redis' }]);
    const pings = exchanges.filter(({ protocol, status }) => protocol === 'redis' && status === 'OK');
    expect(pings.length).toBeGreaterThan(15);
    expect(exchanges.filter(({ protocol }) => protocol === 'http').map(({ complete }) => complete)).toEqual([false]);
  });

  it('names no protocol where none is', async () => {
    const connection = new Connection();
    const packets = [
      ...connection.open(),
      connection.send('client', 'some words of nobody\n'),
      connection.send('server', 'more of them\n'),
    ];
    const { lines, report } = await run(pcap(frames(packets)));
    expect(lines).toEqual([]);
    expect(report).toMatchObject({ sessions: 1, unknown: 1 });
  });

  it('tells of a cut file what is before the cut', async () => {
    const content = pcap(frames([...whole(), ...whole(new Connection(40001))]));
    const { lines, report } = await run(content.subarray(0, content.length - 10));
    expect(lines[0]).toEqual(WANTED);
    expect([...report.endings.values()]).toEqual(['cut']);
    const packed = gzipSync(content);
    expect([...(await run(packed.subarray(0, packed.length - 30))).report.endings.values()]).toEqual(['cut']);
  });

  it('refuses what it cannot read, with a code', async () => {
    await expect(replay([join(folder, 'missing')], { onExchange: () => {} })).rejects.toMatchObject({
      code: 'SONDE_REPLAY_UNREADABLE',
      message: expect.stringContaining('ENOENT'),
    });
    await expect(replay([folder], { onExchange: () => {} })).rejects.toMatchObject({ code: 'SONDE_REPLAY_UNREADABLE' });
    await expect(run(bytes('nothing like a capture file'))).rejects.toMatchObject({ code: 'SONDE_REPLAY_FORMAT' });
    await expect(run(bytes())).rejects.toMatchObject({ code: 'SONDE_REPLAY_FORMAT' });
  });

  it.each(JOINED)('joined in its middle: %s', async (_, port, pieces, wanted) => {
    const connection = new Connection(40000, port);
    const { exchanges } = await run(pcap(frames(pieces.map(([side, text]) => connection.send(side, text)))));
    const found = exchanges.map(({ protocol, operation, target, status }) => [protocol, operation, target, status]);
    expect(found).toEqual(wanted);
  });

  it('waits where the receiver of exchanges is slow', async () => {
    let paces = 0;
    const pace = async () => void paces++;
    await replay([file(pcap(frames(whole())))], { onExchange: () => {}, pace });
    expect(paces).toBeGreaterThan(0);
  });
});

function opened(): Connection {
  const connection = new Connection();
  connection.open();
  return connection;
}

/** The same ends, other sequence numbers. */
function reopened(): Uint8Array[] {
  return whole().map((packet) => {
    const view = new DataView(packet.buffer);
    const fromClient = view.getUint16(20) === 40000;
    view.setUint32(24, view.getUint32(24) + (fromClient ? 77_000 : 99_000));
    if (packet[33] !== 2) view.setUint32(28, view.getUint32(28) + (fromClient ? 99_000 : 77_000));
    return packet;
  });
}
