/** How bad a number is: drives colour, never alone (the number stands beside it). */
export type Level = 'none' | 'ok' | 'warn' | 'bad';

export const ERROR_WARN = 0.01;
export const ERROR_BAD = 0.05;

/** Of an error rate 0..1. */
export function errorLevel(errorRate: number | null): Level {
  if (errorRate === null) return 'none';
  return errorRate >= ERROR_BAD ? 'bad' : errorRate >= ERROR_WARN ? 'warn' : 'ok';
}

/** Of a completeness 0..1. */
export function completenessLevel(completeness: number | null): Level {
  if (completeness === null) return 'none';
  return completeness >= 0.999 ? 'ok' : completeness >= 0.99 ? 'warn' : 'bad';
}

/** The class a status code belongs to: `2xx` … `5xx` for HTTP, `error` or `ok` where only that is known. */
export type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx' | 'ok' | 'error';

export function statusClass(status: string, isError = false): StatusClass {
  if (/^[1-5]\d\d$/.test(status)) return `${status[0]}xx` as StatusClass;
  return isError ? 'error' : 'ok';
}

/** Five steps 0..4 of a value on a logarithmic scale between the least and the greatest; `null` stays `null`. */
export function step5(value: number | null, least: number, greatest: number): number | null {
  if (value === null) return null;
  if (value <= 0 || greatest <= least || least <= 0) return value >= greatest && value > 0 ? 4 : 0;
  const share = Math.log(value / least) / Math.log(greatest / least);
  return Math.max(0, Math.min(4, Math.floor(share * 5)));
}
