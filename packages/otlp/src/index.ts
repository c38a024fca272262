export { OtlpDecodeError } from './error.ts';
export { decodeMetrics } from './metrics-decode.ts';
export { encodeMetrics } from './metrics-encode.ts';
export { decodeMetricsJson, encodeMetricsJson } from './metrics-json.ts';
export * from './response.ts';
export { decodeTraces, encodeTraces } from './traces.ts';
export { decodeTracesJson, encodeTracesJson } from './traces-json.ts';
export * from './types.ts';
