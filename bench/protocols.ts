/**
 * Throughput of the parsers on one thread: bytes to exchanges, through `Conversation` as the agent does it. `cases` runs
 * the case table of each protocol, each case as a connection of its own, handshakes and faults included; `steady` is one
 * long connection of ordinary exchanges, a segment each way. Prints one JSON object, and a table on standard error.
 *
 * node bench/protocols.ts [milliseconds] [protocol...]
 */
import { type HeapProfiler, Session } from 'node:inspector';
import { cpus } from 'node:os';
import { Conversation, type Protocol, protocolOf, type Segment, TABLE } from '@sonde/protocols';
import type { ProtocolCase } from '../packages/protocols/src/cases/case.ts';
import { CASES } from '../packages/protocols/src/cases/index.ts';
import { type Exchange, STEADY } from './protocols/steady.ts';

const MILLISECONDS = Number(process.argv[2] ?? 500);
const ONLY = process.argv.slice(3);

interface Measure {
  readonly messagesPerSecond: number;
  readonly nanosecondsPerMessage: number;
  readonly megabytesPerSecond: number;
  readonly allocatedBytesPerMessage: number;
}

/** A run: how many messages it read, and of how many bytes. */
type Run = () => { messages: number; bytes: number };

let handed = 0;
const sink = { call: () => void handed++ };

function open(protocol: Protocol, datagrams: boolean): Conversation {
  const conversation = new Conversation(protocol, 0, sink, datagrams);
  conversation.onSwitch = (id) => {
    const next = protocolOf(id);
    if (next) conversation.become(next);
  };
  return conversation;
}

function segmentOf(direction: 0 | 1, bytes: Uint8Array, missing: number): Segment {
  const end = bytes.length;
  return { direction, bytes, start: 0, end, total: end + missing, offset: 0, first: 1, last: 1, queueWait: 0 };
}

function caseRun(protocol: Protocol, cases: readonly ProtocolCase[]): Run {
  const prepared = cases.map((one) => ({
    datagrams: one.datagrams === true,
    segments: one.pieces.map((piece) => {
      const { bytes } = piece;
      const raw =
        typeof bytes === 'string'
          ? Buffer.from(bytes, 'latin1')
          : 'hex' in bytes
            ? Buffer.from(bytes.hex, 'hex')
            : bytes;
      return segmentOf(piece.from === 'client' ? 0 : 1, raw, piece.missing ?? 0);
    }),
  }));
  const bytes = prepared.flatMap(({ segments }) => segments).reduce((sum, segment) => sum + segment.end, 0);
  return () => {
    let messages = 0;
    for (const { datagrams, segments } of prepared) {
      const conversation = open(protocol, datagrams);
      for (const segment of segments) conversation.segment(segment);
      conversation.close('closed');
      messages += conversation.understood;
    }
    return { messages, bytes };
  };
}

/** A request and a response are two messages. */
function steadyRun(protocol: Protocol, exchanges: readonly Exchange[]): Run {
  const segments = exchanges.map(
    ([request, response]) => [segmentOf(0, request, 0), segmentOf(1, response, 0)] as const,
  );
  const bytes = segments.reduce((sum, [request, response]) => sum + request.end + response.end, 0);
  return () => {
    const conversation = open(protocol, false);
    const before = handed;
    for (let i = 0; i < segments.length; i++) {
      conversation.segment(segments[i][0]);
      conversation.segment(segments[i][1]);
    }
    conversation.close('closed');
    if (handed - before !== segments.length)
      throw new Error(`${protocol.name}: ${handed - before} of ${segments.length} exchanges`);
    return { messages: segments.length * 2, bytes };
  };
}

function measure(run: Run): Measure {
  for (const until = performance.now() + MILLISECONDS / 2; performance.now() < until; ) run();
  let messages = 0;
  let bytes = 0;
  const started = process.cpuUsage();
  for (const until = performance.now() + MILLISECONDS; performance.now() < until; ) {
    const result = run();
    messages += result.messages;
    bytes += result.bytes;
  }
  const { user, system } = process.cpuUsage(started);
  const seconds = (user + system) / 1e6;
  return {
    messagesPerSecond: Math.round(messages / seconds),
    nanosecondsPerMessage: Math.round((seconds * 1e9) / messages),
    megabytesPerSecond: Math.round(bytes / seconds / 1e6),
    allocatedBytesPerMessage: allocated(run),
  };
}

/** What the runs allocate, by V8's sampling of allocations, objects that are collected at once included. */
function allocated(run: Run): number {
  const session = new Session();
  session.connect();
  session.post('HeapProfiler.enable');
  const options = {
    samplingInterval: 512,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  };
  session.post('HeapProfiler.startSampling', options);
  let messages = 0;
  while (messages < 100_000) messages += run().messages;
  let bytes = 0;
  session.post('HeapProfiler.stopSampling', (error, result) => {
    if (error) throw error;
    bytes = sizeOf(result.profile.head);
  });
  session.disconnect();
  return Math.round(bytes / messages);
}

function sizeOf(node: HeapProfiler.SamplingHeapProfileNode): number {
  return node.selfSize + node.children.reduce((sum, child) => sum + sizeOf(child), 0);
}

const results: Record<string, { cases?: Measure; steady?: Measure }> = {};
console.error('protocol          k messages/s   ns/message     MB/s   alloc B/message');
for (const protocol of TABLE) {
  if (ONLY.length > 0 && !ONLY.includes(protocol.name)) continue;
  const cases = CASES[protocol.name];
  const exchanges = STEADY[protocol.name];
  const result = {
    ...(cases && { cases: measure(caseRun(protocol, cases)) }),
    ...(exchanges && { steady: measure(steadyRun(protocol, exchanges())) }),
  };
  results[protocol.name] = result;
  for (const [kind, each] of Object.entries(result)) {
    const { messagesPerSecond, nanosecondsPerMessage, megabytesPerSecond, allocatedBytesPerMessage } = each;
    const columns = [
      Math.round(messagesPerSecond / 1000),
      nanosecondsPerMessage,
      megabytesPerSecond,
      allocatedBytesPerMessage,
    ];
    const [rate, time, size, heap] = columns.map(String);
    console.error(
      `${`${protocol.name} ${kind}`.padEnd(18)}${rate.padStart(12)}${time.padStart(13)}${size.padStart(9)}${heap.padStart(17)}`,
    );
  }
}
const machine = { cpu: cpus()[0]?.model, node: process.version, milliseconds: MILLISECONDS };
console.log(JSON.stringify({ machine, protocols: results }, null, 2));
