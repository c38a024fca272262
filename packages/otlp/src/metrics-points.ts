import { NO_ATTRIBUTES, readAttribute } from './common.ts';
import type { ExponentialHistogramPoint, Extremes, HistogramPoint, NumberPoint, SummaryPoint } from './types.ts';
import { bits64, bytes, type Input, varint } from './wire.ts';

/**
 * The points of each kind of metric. Field numbers: opentelemetry/proto/metrics/v1/metrics.proto.
 * A reader returns `null` for a point whose flags say that it has no recorded value.
 */

/** DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK */
export const NO_RECORDED_VALUE = 1;

export function readNumberPoint(input: Input): NumberPoint | null {
  let attributes = NO_ATTRIBUTES;
  let startTimeUnixNano = 0n;
  let timeUnixNano = 0n;
  let value = 0;
  let flags = 0;
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bits64(2):
        startTimeUnixNano = input.time();
        break;
      case bits64(3):
        timeUnixNano = input.time();
        break;
      case bits64(4):
        value = input.reader.double();
        break;
      case bits64(6):
        value = input.sfixed64();
        break;
      case bytes(7):
        attributes = readAttribute(input, attributes);
        break;
      case varint(8):
        flags = input.reader.uint32();
        break;
      default:
        input.skip();
    }
  }
  return flags & NO_RECORDED_VALUE ? null : { attributes, startTimeUnixNano, timeUnixNano, value };
}

const extremes = (min: number | undefined, max: number | undefined): Extremes => ({
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});

export function readHistogramPoint(input: Input): HistogramPoint | null {
  let attributes = NO_ATTRIBUTES;
  let startTimeUnixNano = 0n;
  let timeUnixNano = 0n;
  let count = 0;
  let sum = 0;
  let flags = 0;
  const bucketCounts: number[] = [];
  const explicitBounds: number[] = [];
  let min: number | undefined;
  let max: number | undefined;
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bits64(2):
        startTimeUnixNano = input.time();
        break;
      case bits64(3):
        timeUnixNano = input.time();
        break;
      case bits64(4):
        count = input.fixed64();
        break;
      case bits64(5):
        sum = input.reader.double();
        break;
      case bytes(6):
        input.packed(bucketCounts, () => input.fixed64());
        break;
      case bits64(6):
        bucketCounts.push(input.fixed64());
        break;
      case bytes(7):
        input.packed(explicitBounds, () => input.reader.double());
        break;
      case bits64(7):
        explicitBounds.push(input.reader.double());
        break;
      case bytes(9):
        attributes = readAttribute(input, attributes);
        break;
      case varint(10):
        flags = input.reader.uint32();
        break;
      case bits64(11):
        min = input.reader.double();
        break;
      case bits64(12):
        max = input.reader.double();
        break;
      default:
        input.skip();
    }
  }
  if (flags & NO_RECORDED_VALUE) return null;
  return {
    attributes,
    startTimeUnixNano,
    timeUnixNano,
    count,
    sum,
    explicitBounds,
    bucketCounts,
    ...extremes(min, max),
  };
}

export function readExponentialHistogramPoint(input: Input): ExponentialHistogramPoint | null {
  let attributes = NO_ATTRIBUTES;
  let startTimeUnixNano = 0n;
  let timeUnixNano = 0n;
  let count = 0;
  let sum = 0;
  let scale = 0;
  let zeroCount = 0;
  let positive: ExponentialHistogramPoint['positive'] = { offset: 0, bucketCounts: [] };
  let flags = 0;
  let min: number | undefined;
  let max: number | undefined;
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bytes(1):
        attributes = readAttribute(input, attributes);
        break;
      case bits64(2):
        startTimeUnixNano = input.time();
        break;
      case bits64(3):
        timeUnixNano = input.time();
        break;
      case bits64(4):
        count = input.fixed64();
        break;
      case bits64(5):
        sum = input.reader.double();
        break;
      case varint(6):
        scale = input.reader.sint32();
        break;
      case bits64(7):
        zeroCount = input.fixed64();
        break;
      case bytes(8):
        positive = readBuckets(input);
        break;
      case varint(10):
        flags = input.reader.uint32();
        break;
      case bits64(12):
        min = input.reader.double();
        break;
      case bits64(13):
        max = input.reader.double();
        break;
      default:
        input.skip();
    }
  }
  if (flags & NO_RECORDED_VALUE) return null;
  return {
    attributes,
    startTimeUnixNano,
    timeUnixNano,
    count,
    sum,
    scale,
    zeroCount,
    positive,
    ...extremes(min, max),
  };
}

function readBuckets(input: Input): ExponentialHistogramPoint['positive'] {
  let offset = 0;
  const bucketCounts: number[] = [];
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case varint(1):
        offset = input.reader.sint32();
        break;
      case bytes(2):
        input.packed(bucketCounts, () => Number(input.reader.uint64()));
        break;
      case varint(2):
        bucketCounts.push(Number(input.reader.uint64()));
        break;
      default:
        input.skip();
    }
  }
  return { offset, bucketCounts };
}

export function readSummaryPoint(input: Input): SummaryPoint | null {
  let attributes = NO_ATTRIBUTES;
  let startTimeUnixNano = 0n;
  let timeUnixNano = 0n;
  let count = 0;
  let sum = 0;
  let flags = 0;
  const quantiles: { quantile: number; value: number }[] = [];
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bits64(2):
        startTimeUnixNano = input.time();
        break;
      case bits64(3):
        timeUnixNano = input.time();
        break;
      case bits64(4):
        count = input.fixed64();
        break;
      case bits64(5):
        sum = input.reader.double();
        break;
      case bytes(6):
        quantiles.push(readQuantile(input));
        break;
      case bytes(7):
        attributes = readAttribute(input, attributes);
        break;
      case varint(8):
        flags = input.reader.uint32();
        break;
      default:
        input.skip();
    }
  }
  if (flags & NO_RECORDED_VALUE) return null;
  return { attributes, startTimeUnixNano, timeUnixNano, count, sum, quantiles };
}

function readQuantile(input: Input): { quantile: number; value: number } {
  let quantile = 0;
  let value = 0;
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bits64(1):
        quantile = input.reader.double();
        break;
      case bits64(2):
        value = input.reader.double();
        break;
      default:
        input.skip();
    }
  }
  return { quantile, value };
}
