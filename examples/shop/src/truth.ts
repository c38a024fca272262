import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Microseconds since 1970-01-01 UTC. */
type EpochMicros = number;

/**
 * What a process of the shop knows of its own requests. Every HTTP call carries `x-shop-request` (the visitor's request
 * it belongs to) and `x-shop-call` (this call alone), and the JSON body repeats the first; a message carries both in its body.
 * - `served`: this process answered the call `call`
 * - `called`: while it answered `parent`, this process made the call `call` to `target`
 */
export interface TruthRecord {
  readonly kind: 'served' | 'called';
  readonly service: string;
  readonly request: string;
  readonly call: string;
  /** '' in `served`, and for a call nobody asked for. */
  readonly parent: string;
  /** Service called, '' in `served`. */
  readonly target: string;
  /** `GET /orders/7`, `SELECT`, `ZREVRANGE`, `A bank.example`, `PUB orders.paid`. */
  readonly operation: string;
  /** HTTP status, `ok`, or the name of the failure. */
  readonly status: string;
  /** Port of the client's end of the connection, 0 where the client library hides it. */
  readonly clientPort: number;
  readonly start: EpochMicros;
  readonly end: EpochMicros;
}

export function epochMicros(): EpochMicros {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}

/** Appends records to `<folder>/<service>.jsonl`; without a folder it writes nothing. */
export function truthWriter(folder: string | undefined, service: string): (record: TruthRecord) => void {
  if (!folder) return () => {};
  const file = openSync(join(folder, `${service}.jsonl`), 'a');
  process.once('exit', () => closeSync(file));
  return (record) => writeSync(file, `${JSON.stringify(record)}\n`);
}

/** Every record of every service in `folder`, a line cut short by a kill left out. */
export function readTruth(folder: string): TruthRecord[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => {
      const lines = readFileSync(join(folder, name), 'utf8').split('\n');
      return lines.slice(0, -1).map((line) => timed(JSON.parse(line) as TruthRecord | EdgeRecord));
    });
}

/** nginx writes when it finished and how long it took, both in seconds with millisecond resolution. */
interface EdgeRecord extends Omit<TruthRecord, 'start' | 'end'> {
  readonly finished: number;
  readonly seconds: number;
}

function timed(record: TruthRecord | EdgeRecord): TruthRecord {
  if (!('finished' in record)) return record;
  const { finished, seconds, ...rest } = record;
  const end = Math.round(finished * 1e6);
  return { ...rest, start: end - Math.round(seconds * 1e6), end };
}
