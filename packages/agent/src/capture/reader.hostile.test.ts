import { OUTCOMES, protocolId } from '@sonde/model';
import { encodeMetrics, encodeTraces } from '@sonde/otlp';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seriesMetrics } from '../aggregate/metrics.ts';
import { NetworkTable } from '../aggregate/network.ts';
import { Recorder } from '../aggregate/recorder.ts';
import { SeriesTable } from '../aggregate/series.ts';
import { SpanSampler } from '../aggregate/spans.ts';
import { Links } from '../link/links.ts';
import { Connections } from './connections.ts';
import {
  CONNECTION_EVENT,
  EventKind,
  EXCHANGE_EVENT,
  ExchangeFlag,
  Outcome,
  PROCESS_EVENT,
  SEGMENT_EVENT,
} from './generated/events.ts';
import { bothEnds, connectionRecord, exchangeRecord, processRecord, segmentRecord } from './kernel.case.ts';
import { Observation } from './observation.case.ts';
import { Reader } from './reader.ts';

/** For properties, in ms: the machine may be busy with other tests. */
const SLOW = 60_000;

const { client } = bothEnds(1000, 2000, 10, 20);
const GET = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
const WHOLE = {
  exchange: exchangeRecord(client, { request: GET, response: OK, protocol: 'http' }),
  segment: segmentRecord(client, { from: 'client', bytes: GET }),
  connection: connectionRecord(client, {}),
  process: processRecord({ change: 1, pid: 10, executable: '/bin/a' }),
};

describe.each(Object.entries(WHOLE))('an %s record', (kind, record) => {
  test('cut anywhere is counted and read no further', () => {
    for (let length = 1; length < record.length; length++) {
      using it = new Observation();
      it.kernel.write(record.subarray(0, length));
      expect(it.read()).toEqual([]);
      expect(it.reader).toMatchObject({ records: 1, unreadable: 1 });
      expect(it.connections.size).toBe(0);
    }
  });

  test('with any one byte changed does no harm', () => {
    using it = new Observation();
    for (let at = 1; at < record.length; at++) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
        const changed = record.slice();
        changed[at] = value;
        it.kernel.write(changed);
        expect(it.read().length, `${kind} byte ${at}`).toBeLessThanOrEqual(1);
      }
    }
    it.reader.close();
  });
});

test('a record that says it holds more bytes than it does takes none of its neighbour', () => {
  using it = new Observation();
  const exchange = WHOLE.exchange.slice();
  new DataView(exchange.buffer).setUint16(EXCHANGE_EVENT.responseCaptured, 60_000, true);
  const segment = WHOLE.segment.slice();
  new DataView(segment.buffer).setUint32(SEGMENT_EVENT.captured, 0xffff_ffff, true);
  it.kernel.write(exchange);
  it.kernel.write(segment);
  segment[SEGMENT_EVENT.flags] = ExchangeFlag.EXCHANGE_DATAGRAM;
  segment[SEGMENT_EVENT.protocol] = protocolId('dns');
  it.kernel.write(segment);
  it.kernel.write(WHOLE.exchange);
  expect(it.read()).toMatchObject([{ target: '/a' }]);
  expect(it.reader.unreadable).toBe(3);
});

test('an outcome that there is none of', () => {
  using it = new Observation();
  for (const record of [WHOLE.exchange.slice(), WHOLE.connection.slice()]) {
    record[EXCHANGE_EVENT.outcome] = 7;
    it.kernel.write(record);
  }
  expect(it.read()).toEqual([]);
  expect(it.reader.unreadable).toBe(2);
});

test('an empty record, and one of a kind that is not known', () => {
  using it = new Observation();
  it.kernel.write(new Uint8Array(0));
  it.kernel.write(Uint8Array.of(99, 1, 2, 3));
  expect(it.read()).toEqual([]);
  expect(it.reader).toMatchObject({ records: 2, unreadable: 2 });
});

const SIZES: Record<number, number> = {
  [EventKind.EVENT_EXCHANGE]: EXCHANGE_EVENT.size,
  [EventKind.EVENT_SEGMENT]: SEGMENT_EVENT.size,
  [EventKind.EVENT_CONNECTION]: CONNECTION_EVENT.size,
  [EventKind.EVENT_PROCESS]: PROCESS_EVENT.size,
};

test(
  'random bytes of the right length, from the ring to what is exported, never throw',
  () => {
    const record = fc.tuple(fc.constantFrom(1, 2, 3, 4), fc.uint8Array({ minLength: 1, maxLength: 400 }));
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), (records) => {
        using it = new Observation();
        const series = new SeriesTable(64);
        const links = new Links();
        const spans = new SpanSampler(it.identities, links, 5);
        const recorder = new Recorder(series, new NetworkTable(), spans, links, it.identities);
        const reader = new Reader(it.kernel, new Connections(), it.identities, it.processes, recorder);
        for (const [kind, bytes] of records) {
          const filled = new Uint8Array(Math.max(SIZES[kind], bytes.length));
          for (let at = 0; at < filled.length; at++) filled[at] = bytes[at % bytes.length];
          filled[0] = kind;
          const view = new DataView(filled.buffer);
          if (kind === EventKind.EVENT_EXCHANGE) {
            filled[EXCHANGE_EVENT.outcome] %= OUTCOMES.length;
            view.setUint32(EXCHANGE_EVENT.requestCaptured, filled.length - EXCHANGE_EVENT.size, true);
          } else if (kind === EventKind.EVENT_SEGMENT) {
            view.setUint32(SEGMENT_EVENT.captured, filled.length - SEGMENT_EVENT.size, true);
          } else if (kind === EventKind.EVENT_CONNECTION) {
            filled[CONNECTION_EVENT.outcome] %= OUTCOMES.length;
          }
          it.kernel.write(filled);
          reader.drain(Number.POSITIVE_INFINITY);
        }
        expect(reader.unreadable).toBeLessThanOrEqual(
          records.filter(([kind]) => kind === EventKind.EVENT_EXCHANGE).length,
        );
        reader.sweep(1e15);
        reader.close();
        encodeMetrics(seriesMetrics(series, it.identities, 0n, 1n));
        encodeTraces(spans.take());
      }),
      { numRuns: 150 },
    );
  },
  SLOW,
);

type Step =
  | {
      readonly kind: 'turn';
      readonly on: number;
      readonly side: 0 | 1 | 2;
      readonly text: number;
      readonly outcome: number;
    }
  | {
      readonly kind: 'piece';
      readonly on: number;
      readonly side: 0 | 1 | 2;
      readonly text: number;
      readonly cut: number;
    }
  | { readonly kind: 'close'; readonly on: number; readonly side: 0 | 1 | 2; readonly outcome: number }
  | { readonly kind: 'sweep'; readonly at: number };

/** Requests with their responses, of protocols that the reader knows and of none. */
const TEXTS: readonly (readonly [string, string])[] = [
  [GET, OK],
  [GET + GET, OK + OK],
  [GET + GET + GET, OK],
  ['POST /b HTTP/1.1\r\nContent-Length: 900\r\n\r\n', OK],
  [
    'GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    'HTTP/1.1 101 S\r\nUpgrade: websocket\r\n\r\n',
  ],
  ['*1\r\n$4\r\nPING\r\n', '+PONG\r\n'],
  ['GET key\r\n', '$-1\r\n'],
  ['~~~~', '~~~~'],
  ['', OK],
  [GET, ''],
];

const on = fc.nat(3);
const side = fc.constantFrom(0 as const, 1 as const, 2 as const);
const text = fc.nat(TEXTS.length - 1);
const outcome = fc.constantFrom(...Object.values(Outcome));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('turn' as const), on, side, text, outcome }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('piece' as const), on, side, text, cut: fc.nat(60) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const), on, side, outcome }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep' as const), at: fc.nat(1e6) }) },
);

test(
  'whatever comes in whatever order, no end hands an exchange over twice',
  () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        using it = new Observation();
        const offsets = new Map<string, number>();
        /** Where the next bytes of a direction at an end lie in its stream. */
        const advance = (key: string, length: number) => {
          const offset = offsets.get(key) ?? 0;
          offsets.set(key, offset + length);
          return offset;
        };
        for (const [time, one] of steps.entries()) {
          if (one.kind === 'sweep') {
            it.reader.sweep(one.at * 1e9);
            continue;
          }
          const ends = bothEnds(one.on + 1, 7, 10, 20);
          for (const socket of [ends.client, ends.server].filter((_, at) => one.side === 2 || one.side === at)) {
            const key = `${one.on} ${socket.role}`;
            if (one.kind === 'close') {
              it.kernel.connection(socket, { outcome: one.outcome as 0, time });
              continue;
            }
            const [request, response] = TEXTS[one.text];
            const offset = advance(key, request.length);
            if (one.kind === 'turn') {
              it.kernel.exchange(socket, { request, response, offset, outcome: one.outcome as 0 });
            } else {
              const cut = Math.min(one.cut, request.length);
              it.kernel.segment(socket, { from: 'client', bytes: request.slice(0, cut), offset, time });
              it.kernel.segment(socket, { from: 'client', bytes: request.slice(cut), offset: offset + cut, time });
              it.kernel.segment(socket, {
                from: 'server',
                bytes: response,
                offset: advance(`${key} back`, response.length),
              });
            }
          }
          it.reader.drain(Number.POSITIVE_INFINITY);
        }
        it.reader.close();
        it.reader.close();
        const names = it.seen.map((seen) => `${seen.connection} ${seen.side} ${seen.protocol} ${seen.offset}`);
        expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
        expect(it.reader.exchanges).toBe(it.seen.length);
      }),
      { numRuns: 300 },
    );
  },
  SLOW,
);

test(
  'requests that are answered come once each, whole, in turns and in pieces',
  () => {
    const form = fc.constantFrom('turn' as const, 'pieces' as const);
    const answered = fc.record({ on, side: fc.nat(1), form, count: fc.integer({ min: 1, max: 3 }), cut: fc.nat(80) });
    fc.assert(
      fc.property(fc.array(answered, { maxLength: 60 }), (steps) => {
        using it = new Observation();
        const offsets = new Map<string, number>();
        const wanted: string[] = [];
        for (const { on, side, form, count, cut } of steps) {
          const ends = bothEnds(on + 1, 7, 10, 20);
          const socket = side === 0 ? ends.client : ends.server;
          const key = `${on + 1}:7 ${side === 0 ? 'client' : 'server'}`;
          const offset = offsets.get(key) ?? 0;
          const request = GET.repeat(count);
          const response = OK.repeat(count);
          offsets.set(key, offset + request.length);
          for (let i = 0; i < count; i++)
            wanted.push(`${key} GET /a 200 ${offset + i * GET.length} ${GET.length} ${OK.length}`);
          if (form === 'turn') {
            it.kernel.exchange(socket, { request, response, offset, protocol: 'http' });
          } else {
            const piece = (from: 'client' | 'server', bytes: string, offset: number) => {
              if (bytes !== '') it.kernel.segment(socket, { from, bytes, offset });
            };
            piece('client', request.slice(0, cut), offset);
            piece('client', request.slice(cut), offset + cut);
            piece('server', response.slice(0, cut), 0);
            piece('server', response.slice(cut), 0);
          }
          it.reader.drain(Number.POSITIVE_INFINITY);
        }
        it.reader.close();
        const found = it.seen.map(
          (one) =>
            `${one.connection} ${one.side} ${one.operation} ${one.target} ${one.status} ${one.offset} ` +
            `${one.requestBytes} ${one.responseBytes}`,
        );
        expect(found.toSorted()).toEqual(wanted.toSorted());
        expect(it.reader.unreadable).toBe(0);
      }),
      { numRuns: 200 },
    );
  },
  SLOW,
);
