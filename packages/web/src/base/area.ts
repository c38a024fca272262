/** A selected part of a heatmap: epoch milliseconds and nanoseconds. */
export interface Area {
  readonly areaFrom: number;
  readonly areaTo: number;
  readonly areaLow: number;
  readonly areaHigh: number;
}

/** The same in the URL, where a part may be missing. */
export type AreaSearch = { [K in keyof Area]?: number | undefined };

export const NO_AREA: AreaSearch = { areaFrom: undefined, areaTo: undefined, areaLow: undefined, areaHigh: undefined };

const number = (value: unknown) => {
  const read = Number(value ?? Number.NaN);
  return Number.isFinite(read) && read >= 0 ? read : undefined;
};

export function areaSearch(search: Readonly<Record<string, unknown>>): AreaSearch {
  return {
    areaFrom: number(search.areaFrom),
    areaTo: number(search.areaTo),
    areaLow: number(search.areaLow),
    areaHigh: number(search.areaHigh),
  };
}

/** `null` unless all four are given. */
export function areaOf({ areaFrom, areaTo, areaLow, areaHigh }: AreaSearch): Area | null {
  if (areaFrom === undefined || areaTo === undefined || areaLow === undefined || areaHigh === undefined) return null;
  return { areaFrom, areaTo, areaLow, areaHigh };
}
