import type { ClickHouseClient } from '@clickhouse/client';
import { HIGHEST_BIN, HISTOGRAM_SCALE, LOWEST_BIN, type TimeRange } from '@sonde/model';
import { rowsOf } from '../client.ts';
import { SPANS } from './kept-spans.ts';
import { conditionsOf, type SpanFilter, within } from './traces.ts';

/** Spans that fulfil the filter, of one step of time and one bin of the model. */
export interface HeatmapTotal {
  /** Steps since the start of the range. */
  readonly column: number;
  readonly bin: number;
  readonly spans: number;
}

/** A part of a heatmap: epoch milliseconds, half-open; nanoseconds, above `low` and up to `high`. */
export interface SpanArea {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/** How many spans with a value of an attribute lie inside of an area and outside of it. `attribute` is '' for all spans. */
export interface SpanContrastTotal {
  readonly attribute: string;
  readonly value: string;
  readonly inside: number;
  readonly outside: number;
}

type Filter = Omit<SpanFilter, 'sort' | 'limit'>;

const BIN = `greatest(${LOWEST_BIN}, least(${HIGHEST_BIN},
  toInt32(ceil((log2(greatest(duration, 1)) - log2(1e9)) * ${2 ** HISTOGRAM_SCALE})) - 1))`;

/** Spans by start and duration. A span that was sent twice, or is kept and recent, is one. */
export function spanHeatmap(
  client: ClickHouseClient,
  range: TimeRange,
  step: number,
  filter: Filter,
): Promise<HeatmapTotal[]> {
  const { where, params } = conditionsOf(filter);
  const { condition, params: bounds } = within(range);
  return rowsOf<HeatmapTotal>(
    client,
    `SELECT /* spans by start and duration */ intDiv(toUnixTimestamp64Milli(time) - {from:Int64}, {step:UInt32}) AS column, ${BIN} AS bin, uniq(span_id) AS spans
    FROM ${SPANS} WHERE ${[condition, ...where].join(' AND ')}
    GROUP BY column, bin`,
    { ...params, ...bounds, step },
  );
}

/** Ids and measurements: a value of theirs is of one span, and says nothing of others. */
const OWN = ['sonde.connection', 'sonde.request.offset', 'sonde.context.trace_id', 'sonde.context.span_id', 'url.path']
  .concat('sonde.queue_wait', 'sonde.request.bytes', 'sonde.response.bytes', 'sonde.link.confidence', 'sonde.complete')
  .map((key) => `'${key}'`)
  .join(', ');

/** Inside and outside of the area one span of so many is looked at where there are more than these. */
const MOST_LOOKED_AT = 200_000;

const everyOf = (spans: number) => Math.max(1, Math.ceil(spans / MOST_LOOKED_AT));

/** What spans inside of an area have, against those outside; `spans` is about how many there are of both. */
export function spanContrast(
  client: ClickHouseClient,
  range: TimeRange,
  filter: Filter,
  area: SpanArea,
  spans: { readonly inside: number; readonly outside: number },
): Promise<SpanContrastTotal[]> {
  const { where, params } = conditionsOf(filter);
  const { condition, params: bounds } = within(range);
  return rowsOf<SpanContrastTotal>(
    client,
    `SELECT /* spans inside and outside of the area */ pair.1 AS attribute, pair.2 AS value,
      {everyInside:UInt32} * countIf(isInside) AS inside, {everyOutside:UInt32} * countIf(NOT isInside) AS outside
    FROM (
      SELECT time >= fromUnixTimestamp64Milli({areaFrom:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({areaTo:Int64}, 'UTC')
          AND duration > {areaLow:UInt64} AND duration <= {areaHigh:UInt64} AS isInside,
        arrayConcat(
          [('', ''), ('service', toString(service)), ('operation', toString(name)), ('status', toString(status)),
            ('kind', toString(kind)), ('host', toString(host)), ('instance', toString(instance))],
          arrayFilter(pair -> pair.1 NOT IN (${OWN}) AND length(pair.2) <= 400,
            arrayZip(arrayMap(key -> toString(key), mapKeys(attributes)), mapValues(attributes)))) AS pairs
      FROM ${SPANS} WHERE ${[condition, ...where].join(' AND ')} 
        AND cityHash64(span_id) % if(isInside, {everyInside:UInt32}, {everyOutside:UInt32}) = 0
    )
    ARRAY JOIN pairs AS pair
    GROUP BY attribute, value HAVING inside > 0 ORDER BY inside DESC, attribute, value LIMIT 1000`,
    {
      ...params,
      ...bounds,
      areaFrom: area.from,
      areaTo: area.to,
      areaLow: area.low,
      areaHigh: area.high,
      everyInside: everyOf(spans.inside),
      everyOutside: everyOf(spans.outside),
    },
  );
}
