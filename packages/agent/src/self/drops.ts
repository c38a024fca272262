import type { ExportDrop } from '@sonde/otlp/export';
import type { Counter } from '../capture/generated/events.ts';

/** A cause of `sonde.agent.dropped`: what was lost, why, and what to do. docs/reference/metrics.md lists exactly these. */
export interface Drop {
  readonly lost: string;
  readonly cause: string;
  readonly hint: string;
}

/** The kernel's counters in lower case, without their prefix. */
type KernelDrop<Name = keyof typeof Counter> = Name extends `COUNTER_${infer Cause}`
  ? Exclude<Lowercase<Cause>, 'count'>
  : never;
type CaptureDrop = 'unreadable' | 'unasked' | 'connections_full' | 'sockets_full' | 'series_full';
export type DropCause = KernelDrop | CaptureDrop | ExportDrop;

const RING = 'raise agent.ring.bytes; see whether the agent gets enough CPU (sonde.agent.cpu.time)';

/** By cause; `http_*` stands for every status. */
export const DROPS: Readonly<
  Record<KernelDrop | CaptureDrop | Exclude<ExportDrop, `http_${number}` | `grpc_${number}`> | 'http_*', Drop>
> = {
  exchange_ring_full: {
    lost: 'exchanges',
    cause: 'the agent did not empty the ring buffer in time',
    hint: RING,
  },
  segment_ring_full: {
    lost: 'pieces of connections with several requests in flight',
    cause: 'the agent did not empty the ring buffer in time',
    hint: RING,
  },
  connection_ring_full: {
    lost: 'opened or closed connections',
    cause: 'the agent did not empty the ring buffer in time',
    hint: RING,
  },
  process_ring_full: {
    lost: 'starts and ends of processes',
    cause: 'the agent did not empty the ring buffer in time',
    hint: RING,
  },
  task_ring_full: {
    lost: 'who made a task of a runtime: a call of it may have no link',
    cause: 'the agent did not empty the ring buffer in time',
    hint: RING,
  },
  task_full: {
    lost: 'what a task of a runtime works on: a call of it may have no link',
    cause: 'the kernel had no room for the state of a task',
    hint: 'see how much memory the host has left',
  },
  socket_state_full: {
    lost: 'connections',
    cause: 'the kernel had no memory for the state of a socket',
    hint: 'see how much memory the host has left',
  },
  socket_busy: {
    lost: 'reads and writes',
    cause: 'two threads used one socket in the same moment, and one of them was not waited for',
    hint: 'nothing, where it is rare; report it, with the program, where it is not',
  },
  identity_unstable: {
    lost: 'reads and writes of connections that were open before the agent',
    cause: 'the counters of the connection changed each time they were read; the next read or write tries again',
    hint: 'nothing, where it stops soon after the start',
  },
  bytes_unreadable: {
    lost: 'the text of messages; they are still counted, with size and time',
    cause: 'the bytes were sent with sendfile, splice or io_uring, or their page was not in memory',
    hint: 'nothing: these paths show no bytes to an observer',
  },
  unreadable: {
    lost: 'records',
    cause: 'a message was not of the protocol of its connection, or a response came first',
    hint: 'some at the start of the agent are normal; report it, with the protocol, where it goes on',
  },
  unasked: {
    lost: 'exchanges: responses came whose requests were not seen',
    cause: 'requests lay in one write behind what is captured of it, as in long pipelines, or before the agent',
    hint: 'raise agent.capture.segmentBytes; some at the start of the agent are normal',
  },
  connections_full: {
    lost: 'what is remembered of connections: names of peers, requests that wait',
    cause: 'more than 131 072 connections are open or were closed a moment ago',
    hint: 'observe less with one agent (agent.scope)',
  },
  sockets_full: {
    lost: 'datagrams',
    cause: 'more than 32 768 UDP sockets were used within 30 s',
    hint: 'observe less with one agent (agent.scope)',
  },
  series_full: {
    lost: 'exchanges',
    cause: 'an interval had more than 8192 series: combinations of service, peer, endpoint and status',
    hint: 'shorten agent.interval, or observe less with one agent (agent.scope)',
  },
  closed: {
    lost: 'data points and spans',
    cause: 'the agent was stopped before the server took them, and they could not be kept on disk',
    hint: 'give it a spool (agent.spool.path) on a disk with room',
  },
  memory_full: {
    lost: 'data points and spans',
    cause: 'the server was away and there is no spool',
    hint: 'give the agent a spool (agent.spool.path); see why the server is away',
  },
  spool_full: {
    lost: 'data points and spans, the oldest first',
    cause: 'the server was away for longer than agent.spool.maxBytes lasts',
    hint: 'raise agent.spool.maxBytes; see why the server is away',
  },
  spool_error: {
    lost: 'data points and spans',
    cause: 'the spool could not be written',
    hint: 'see whether the disk of agent.spool.path is full or read-only',
  },
  spool_corrupt: {
    lost: 'data points and spans',
    cause: 'a file of the spool was damaged, for example by a power cut',
    hint: 'check the disk, if it happens again',
  },
  not_encodable: {
    lost: 'data points and spans of one interval',
    cause: 'a value has no form in OTLP: a defect of the agent',
    hint: 'report it',
  },
  not_sendable: {
    lost: 'data points and spans',
    cause: 'no HTTP request can be made for agent.server.url',
    hint: 'correct agent.server.url',
  },
  partial_success: {
    lost: 'data points and spans',
    cause: 'the server took the rest of the batch, but not these',
    hint: 'the log of the server has the reason; often they are older than server.intake.maxAge',
  },
  'http_*': {
    lost: 'data points and spans',
    cause: 'the server refused the batch with this status, or failed on it 20 times with 500',
    hint: 'the log of the server has the reason',
  },
};
