/**
 * The trace id somebody pasted: bare, as a UUID, in a URL, in a header (W3C traceparent, B3 single and multi, Jaeger's
 * uber-trace-id, Datadog's decimal id), or in a line of a log; `null` if there is none.
 */
export function traceIdIn(pasted: string): string | null {
  const text = pasted.trim().toLowerCase();
  const id =
    /^(?:0x)?([0-9a-f]{32}|[0-9a-f]{16})$/.exec(text)?.[1] ??
    /\b[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}\b/.exec(text)?.[1] ??
    /\/traces?\/([0-9a-f]{32}|[0-9a-f]{16})\b/.exec(text)?.[1] ??
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(text)?.[0].replaceAll('-', '') ??
    /^(?:b3: *)?([0-9a-f]{32}|[0-9a-f]{16})-[0-9a-f]{16}(?:-[01d](?:-[0-9a-f]{16})?)?$/.exec(text)?.[1] ??
    /^(?:uber-trace-id: *)?([0-9a-f]{1,32}):[0-9a-f]{1,16}:[0-9a-f]{1,16}:[0-9a-f]{1,2}$/.exec(text)?.[1] ??
    decimalOf(/\bx-datadog-trace-id["']?[:= ]+["']?(\d{1,20})\b/.exec(text)?.[1]) ??
    /\btrace[_-]?id["']?[:= ]+["']?([0-9a-f]{32}|[0-9a-f]{16})\b/.exec(text)?.[1];
  return id === undefined || /^0+$/.test(id) ? null : id.padStart(32, '0');
}

const decimalOf = (digits: string | undefined) => (digits === undefined ? undefined : BigInt(digits).toString(16));

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9 };

/** Nanoseconds of `250ms`, `1.5 s`, `40` (milliseconds); `null` where it is none of these. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)\s*(ns|us|µs|μs|ms|s|m)?$/i.exec(text.trim());
  return match === null ? null : Math.round(Number(match[1]) * UNITS[(match[2] ?? 'ms').toLowerCase()]);
}
