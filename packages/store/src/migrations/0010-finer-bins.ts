import { NETWORK_OF_GRAIN, REQUESTS_OF_GRAIN } from '../schema.ts';
import type { Conditional, Migration } from './migration.ts';

/** A bin of scale 5 is two of scale 6: its count is spread evenly over them, as the intake does it. */
const halves = (bins: string) => `mapFilter((bin, n) -> n > 0, mapFromArrays(
    arrayConcat(arrayMap(bin -> toInt16(2 * bin), mapKeys(${bins})), arrayMap(bin -> toInt16(2 * bin + 1), mapKeys(${bins}))),
    arrayConcat(arrayMap(n -> intDiv(n + 1, 2), mapValues(${bins})), arrayMap(n -> intDiv(n, 2), mapValues(${bins})))))`;

/** A change that was accepted is finished by ClickHouse, also after a crash, so that it must not be given twice. */
const halve = (table: string, bins: string): Conditional => ({
  isOfRows: true,
  query: `ALTER TABLE ${table} UPDATE ${bins} = ${halves(bins)} WHERE notEmpty(${bins}) SETTINGS mutations_sync = 1`,
  unless: `SELECT 1 FROM system.mutations
    WHERE database = currentDatabase() AND table = '${table}' AND command LIKE '%UPDATE ${bins} = %'`,
});

/** Durations stored in bins of scale 5 become durations in bins of scale 6. They stay as exact as they were, no more. */
export const finerBins: Migration = {
  id: 10,
  name: 'finer-bins',
  statements: [
    ...Object.values(REQUESTS_OF_GRAIN).map((table) => halve(table, 'bins')),
    ...Object.values(NETWORK_OF_GRAIN).map((table) => halve(table, 'rtts')),
  ],
};
