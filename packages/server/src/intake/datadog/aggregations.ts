import { bits64, bytes, Input, varint } from '@sonde/otlp/wire';
import type { HttpStats, LatencyStats } from './messages.ts';

const EMPTY = new Uint8Array(0);

function latencyStats(input: Input): LatencyStats {
  let count = 0;
  let sketch: Uint8Array = EMPTY;
  let firstLatency = 0;
  let latencySum = 0;
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case varint(1):
        count = input.reader.uint32();
        break;
      case bytes(2):
        sketch = input.reader.bytes();
        break;
      case bits64(4):
        firstLatency = input.reader.double();
        break;
      case bits64(5):
        latencySum = input.reader.double();
        break;
      default:
        input.skip();
    }
  }
  return { count, sketch, firstLatency, latencySum };
}

function httpStats(input: Input): HttpStats {
  const byClass: LatencyStats[] = [];
  const byCode = new Map<number, LatencyStats>();
  let path = '';
  let method = 0;
  let fullPath = false;
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bytes(1):
        byClass.push(latencyStats(input));
        break;
      case bytes(2): {
        let code = 0;
        let stats: LatencyStats = { count: 0, sketch: EMPTY, firstLatency: 0, latencySum: 0 };
        for (const entryEnd = input.enter(); input.more(entryEnd); ) {
          const tag = input.tag();
          if (tag === varint(1)) code = input.reader.int32();
          else if (tag === bytes(2)) stats = latencyStats(input);
          else input.skip();
        }
        byCode.set(code, stats);
        break;
      }
      case bytes(4):
        path = input.string();
        break;
      case varint(5):
        method = input.reader.int32();
        break;
      case varint(6):
        fullPath = input.reader.bool();
        break;
      default:
        input.skip();
    }
  }
  return { path, method, fullPath, byClass, byCode };
}

/** `HTTPAggregations`, whose entries are field 2, or `HTTP2Aggregations`, whose entries are field 1. */
export function decodeAggregations(payload: Uint8Array, version: 1 | 2): HttpStats[] {
  const input = new Input(payload);
  const entries = bytes(version === 1 ? 2 : 1);
  const all: HttpStats[] = [];
  for (const end = input.enterRoot(); input.more(end); ) {
    if (input.tag() === entries) all.push(httpStats(input));
    else input.skip();
  }
  return all;
}
