import { connectionKey, type Exchange, type Nanoseconds, OUTCOMES, PROTOCOLS, type ProtocolName } from '@sonde/model';
import { type Call, symbols } from '@sonde/protocols';
import { CaptureReader, type Ending } from './capture-reader.ts';
import { CaptureClock, Decoder } from './decoder.ts';
import { ReplayError } from './errors.ts';
import type { Session } from './session.ts';
import { Sessions } from './sessions.ts';
import { openCapture } from './source.ts';

/** A connection, or the datagrams between two endpoints, once it is over. */
export interface ReplayedSession {
  readonly transport: 'tcp' | 'udp';
  readonly client: string;
  readonly server: string;
  /** `unknown` where no protocol was recognised. */
  readonly protocol: ProtocolName;
  /** Bytes of payload in both directions. */
  readonly bytes: number;
}

export interface ReplayProgress {
  readonly file: string;
  /** Bytes of the file read, of `size`, which is null for a pipe. */
  readonly position: number;
  readonly size: number | null;
}

export interface ReplayOptions extends ReadOptions {
  readonly onExchange: (exchange: Exchange) => void;
}

/** What `replayCalls` takes. */
export interface ReadOptions {
  readonly onSession?: (session: ReplayedSession) => void;
  readonly onProgress?: (progress: ReplayProgress) => void;
  /** Awaited between chunks, so that a slow receiver of exchanges slows the reading down. */
  readonly pace?: () => Promise<void> | undefined;
}

export interface ReplayReport {
  readonly packets: number;
  readonly exchanges: number;
  readonly sessions: number;
  /** Sessions with payload whose protocol was not recognised. */
  readonly unknown: number;
  /** Packets that are not looked at: other link types, no IP, headers that make no sense, multicast name resolution. */
  readonly skipped: {
    readonly linkType: number;
    readonly notIp: number;
    readonly malformed: number;
    readonly fragments: number;
    readonly multicastName: number;
  };
  /** How each file ended, by name: whole, cut in the middle of a packet, or damaged. */
  readonly endings: ReadonlyMap<string, Ending>;
}

/**
 * Runs capture files through the pipeline of live capture, one after the other as if they were one. `-` is standard
 * input. What a cut or damaged file still holds is replayed; the report tells.
 *
 * @throws ReplayError
 */
export function replay(files: readonly string[], options: ReplayOptions): Promise<ReplayReport> {
  const clock = new CaptureClock();
  const take = (session: Session, call: Call) => options.onExchange(exchangeOf(session, call, clock));
  return replayCalls(files, clock, take, options);
}

/** The same, without making an object for each exchange. `call` and `session` are reused after the call returns. */
export async function replayCalls(
  files: readonly string[],
  clock: CaptureClock,
  take: (session: Session, call: Call) => void,
  options: ReadOptions,
): Promise<ReplayReport> {
  let exchanges = 0;
  let count = 0;
  let unknown = 0;
  const sessions = new Sessions({
    call(session, call) {
      exchanges++;
      take(session, call);
    },
    ended(session) {
      if (session.payload === 0) return;
      count++;
      if (!session.protocol) unknown++;
      options.onSession?.({ ...endsOf(session), ...describe(session) });
    },
  });
  const decoder = new Decoder(clock, sessions);
  const endings = new Map<string, Ending>();
  let packets = 0;
  for (const file of files) {
    const reader = new CaptureReader(decoder);
    endings.set(file, await readFile(file, reader, options));
    packets += reader.packets;
  }
  sessions.finish();
  const { unknownLink: linkType, notIp, malformed, fragments } = decoder;
  const skipped = { linkType, notIp, malformed, fragments: fragments.dropped, multicastName: sessions.ignored };
  return { packets, exchanges, sessions: count, unknown, skipped, endings };
}

async function readFile(file: string, reader: CaptureReader, { onProgress, pace }: ReadOptions): Promise<Ending> {
  const source = await openCapture(file);
  try {
    for await (const chunk of source.chunks) {
      reader.push(chunk);
      onProgress?.({ file, position: source.position, size: source.size });
      await pace?.();
    }
    return reader.end();
  } catch (error) {
    if (!(error instanceof ReplayError) || error.code !== 'SONDE_REPLAY_FORMAT') throw error;
    throw new ReplayError('SONDE_REPLAY_FORMAT', `${source.name}: ${error.message}`);
  }
}

function describe(session: Session) {
  return {
    transport: session.transport,
    protocol: session.protocol?.name ?? 'unknown',
    bytes: session.payload,
  } as const;
}

function endsOf(session: Session): { readonly client: string; readonly server: string } {
  const { client } = session;
  return { client: endpointText(session.peers[client]), server: endpointText(session.peers[1 - client]) };
}

/** `192.0.2.1:80`, `[2001:db8::1]:80` */
export function endpointText({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function exchangeOf(session: Session, call: Call, clock: CaptureClock): Exchange {
  const { client } = session;
  const end = Math.max(call.requestLast, call.responseLast);
  return {
    kind: 'exchange',
    protocol: PROTOCOLS[call.protocol],
    side: 'server',
    outcome: OUTCOMES[call.outcome],
    connection: connectionKey(session.starts[client], session.starts[1 - client]),
    requestOffset: BigInt(call.requestOffset),
    client: session.peers[client],
    server: session.peers[1 - client],
    start: clock.epoch(call.requestFirst),
    duration: Math.max(0, Math.round(end - call.requestFirst)) as Nanoseconds,
    queueWait: 0 as Nanoseconds,
    operation: symbols.text(call.operation),
    target: symbols.text(call.target),
    statement: symbols.text(call.statement),
    status: symbols.text(call.status),
    error: symbols.text(call.error),
    requestBytes: call.requestBytes,
    responseBytes: call.responseBytes,
    complete: call.complete,
  };
}
