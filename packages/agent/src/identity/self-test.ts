import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BpfObject, RingBuffer } from '@sonde/libbpf';
import { EventView } from '../capture/event-view.ts';
import { EventKind, Role, SEGMENT_EVENT as S } from '../capture/generated/events.ts';
import { openObjectOfProbes } from '../capture/probe-object.ts';
import { addPid, ownPid } from '../capture/scope.ts';
import { compareEnds, type Piece } from './compare-ends.ts';

const PROGRAMS = ['sock_send_length', 'sock_recv_length', 'inet_sock_set_state', 'own_pid'];
const RING_BYTES = 1 << 17;
/** Bytes of each read and write that are copied: nobody looks at them. */
const CAPTURED = 4;
/** Longest wait for anything, in milliseconds. */
const PATIENCE = 3000;
/** A busy machine may let one fail. */
const ATTEMPTS = 2;

/** What is sent over each connection, in turn from the client and from the server, in bytes. */
const ALTERNATING = [23, 4001, 1, 70_000, 300, 5];
/** What goes over the older one before it is observed. */
const BEFORE = [99, 1234];

/** An end of a connection that counts what it got. */
class End {
  readonly socket: Socket;
  sent = 0;
  received = 0;

  constructor(socket: Socket) {
    this.socket = socket.on('data', (piece) => {
      this.received += piece.length;
    });
    socket.on('error', () => undefined);
  }
}

interface Pair {
  readonly client: End;
  readonly server: End;
}

/**
 * Whether the two ends of a connection on loopback show the same identity and the same place of each byte: what network
 * links rest on. Two connections of this process are looked at, one of them older than the probes; nothing else is.
 * Returns '' or what is wrong, for people.
 */
export async function testIdentity(): Promise<string> {
  let why = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    why = await testOnce();
    if (why === '') break;
  }
  return why;
}

async function testOnce(): Promise<string> {
  try {
    return await withPairs(observe);
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return `nothing came over loopback in ${PATIENCE} ms`;
    return error instanceof Error ? error.message : String(error);
  }
}

async function withPairs(use: (open: () => Promise<Pair>) => Promise<string>): Promise<string> {
  const listener = createServer();
  const sockets: Socket[] = [];
  try {
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening', { signal: AbortSignal.timeout(PATIENCE) });
    const { port, address } = listener.address() as AddressInfo;
    return await use(async () => {
      const signal = AbortSignal.timeout(PATIENCE);
      const client = connect({ port, host: address, noDelay: true });
      sockets.push(client);
      const [[server]] = await Promise.all([
        once(listener, 'connection', { signal }),
        once(client, 'connect', { signal }),
      ]);
      sockets.push(server);
      return { client: new End(client), server: new End(server) };
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    listener.close();
  }
}

async function observe(open: () => Promise<Pair>): Promise<string> {
  const older = await open();
  await talk(older, BEFORE);
  const before = { client: older.client.sent, server: older.server.sent };
  using object = openObjectOfProbes();
  attach(object);
  using ring = new RingBuffer(object.map('ring'));
  const fresh = await open();
  await talk(fresh, ALTERNATING);
  await talk(older, ALTERNATING);
  const pieces = piecesIn(ring);
  const seen = (pair: Pair, from = { client: 0, server: 0 }) =>
    compareEnds(pieces.get(pair.client.socket.localPort ?? 0) ?? [], {
      client: { from: from.client, to: pair.client.sent },
      server: { from: from.server, to: pair.server.sent },
    });
  return seen(fresh) || seen(older, before);
}

function attach(object: BpfObject): void {
  for (const program of object.programs()) if (!PROGRAMS.includes(program.name)) program.setAutoload(false);
  object.map('ring').setMaxEntries(RING_BYTES);
  object.variable('segment_capture').setUint32(0, CAPTURED, true);
  object.load();
  addPid(object, ownPid(object));
  for (const name of PROGRAMS) if (name !== 'own_pid') object.program(name).attach();
}

/** Sends in turn, from the client first, and waits each time until all has come. */
async function talk({ client, server }: Pair, sizes: readonly number[]): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (const [turn, size] of sizes.entries()) {
    const [from, to] = turn % 2 === 0 ? [client, server] : [server, client];
    from.socket.write(Buffer.alloc(size, '.'));
    from.sent += size;
    while (to.received < from.sent) {
      if (Date.now() > deadline) throw new Error(`of ${from.sent} bytes sent over loopback ${to.received} came`);
      await sleep(1);
    }
  }
}

/** Every read and write in the ring, by the port of the client. */
function piecesIn(ring: RingBuffer): Map<number, Piece[]> {
  const view = new EventView(ring);
  const pieces = new Map<number, Piece[]>();
  ring.drain((at) => {
    if (view.u8(at) !== EventKind.EVENT_SEGMENT) return;
    const isClient = view.u8(at + S.role) === Role.ROLE_CLIENT;
    const port = view.u16(at + (isClient ? S.localPort : S.remotePort));
    const of = pieces.get(port) ?? [];
    pieces.set(port, of);
    of.push({
      side: isClient ? 'client' : 'server',
      fromClient: view.u8(at + S.direction) === 0,
      clientStart: view.u32(at + S.clientStart),
      serverStart: view.u32(at + S.serverStart),
      offset: view.u64(at + S.offset),
      bytes: view.u64(at + S.bytes),
    });
  }, Number.MAX_SAFE_INTEGER);
  return pieces;
}
