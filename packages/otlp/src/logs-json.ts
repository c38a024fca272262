import {
  anyJson,
  attributesJson,
  readAnyJson,
  readAttributesJson,
  readResourceJson,
  readScopeJson,
  resourceJson,
} from './common-json.ts';
import { decoding } from './error.ts';
import { type JsonObject, objectOf, readInt32, readList, readNanos, readObject, readText } from './json.ts';
import type { LogRecord, LogsData } from './types.ts';

/** ExportLogsServiceRequest as OTLP/JSON, ready for `JSON.stringify`. */
export function encodeLogsJson(data: LogsData): object {
  return {
    resourceLogs: data.resourceLogs.map(({ resource, scopeLogs }) => ({
      resource: resourceJson(resource),
      scopeLogs: scopeLogs.map(({ scope, logRecords }) => ({ scope, logRecords: logRecords.map(recordJson) })),
    })),
  };
}

function recordJson(record: LogRecord): object {
  const { severityNumber, severityText, traceId, spanId, eventName } = record;
  return {
    timeUnixNano: String(record.timeUnixNano),
    observedTimeUnixNano: String(record.observedTimeUnixNano),
    severityNumber,
    severityText,
    body: anyJson(record.body),
    attributes: attributesJson(record.attributes),
    traceId,
    spanId,
    eventName,
  };
}

/** Inverse of `encodeLogsJson`, from what `JSON.parse` gives. Throws `OtlpDecodeError`. */
export function decodeLogsJson(value: unknown): LogsData {
  return decoding('ExportLogsServiceRequest', () => ({
    kind: 'logs',
    resourceLogs: readList(objectOf(value, 'the body'), 'resourceLogs', (from) => ({
      resource: readResourceJson(from),
      scopeLogs: readList(from, 'scopeLogs', (group) => ({
        scope: readScopeJson(group),
        logRecords: readList(group, 'logRecords', readRecord),
      })),
    })),
  }));
}

/** An id of another form counts as absent, as logs.proto asks for. */
function recordId(from: JsonObject, key: string, length: number): string {
  const hex = readText(from, key).toLowerCase();
  return hex.length === length * 2 && /^[0-9a-f]+$/.test(hex) && !/^0+$/.test(hex) ? hex : '';
}

function readRecord(from: JsonObject): LogRecord {
  return {
    timeUnixNano: readNanos(from, 'timeUnixNano'),
    observedTimeUnixNano: readNanos(from, 'observedTimeUnixNano'),
    severityNumber: readInt32(from, 'severityNumber'),
    severityText: readText(from, 'severityText'),
    body: readAnyJson(readObject(from, 'body')),
    attributes: readAttributesJson(from, 'attributes'),
    traceId: recordId(from, 'traceId', 16),
    spanId: recordId(from, 'spanId', 8),
    eventName: readText(from, 'eventName'),
  };
}
