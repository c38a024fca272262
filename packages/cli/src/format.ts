import { isLowest } from '@sonde/model';

/** Three significant digits with the unit that fits; `-` where nothing was measured. */
export function formatDuration(nanoseconds: number | null): string {
  if (nanoseconds === null) return '-';
  if (isLowest(nanoseconds)) return '<1 µs';
  const [unit, size] =
    nanoseconds < 999.5
      ? ['ns', 1]
      : nanoseconds < 999.5e3
        ? ['µs', 1e3]
        : nanoseconds < 999.5e6
          ? ['ms', 1e6]
          : (['s', 1e9] as const);
  return `${significant(nanoseconds / size)} ${unit}`;
}

/** 0..1 as a percentage; `-` without requests. */
export function formatShare(share: number | null): string {
  return share === null ? '-' : `${share === 0 ? '0' : significant(share * 100)} %`;
}

/** 1234567 → 1.23M */
export function formatCount(count: number): string {
  if (count < 999.5) return significant(count);
  return count < 999.5e3 ? `${significant(count / 1e3)}k` : `${significant(count / 1e6)}M`;
}

function significant(value: number): string {
  return String(Number(value.toPrecision(value < 999.5 ? 3 : Math.ceil(Math.log10(value + 1)))));
}
