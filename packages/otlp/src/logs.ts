import { BinaryWriter } from '@bufbuild/protobuf/wire';
import {
  NO_ATTRIBUTES,
  readAny,
  readAttribute,
  writeAny,
  writeAttributes,
  writeResource,
  writeScope,
} from './common.ts';
import { readGroups } from './groups.ts';
import type { AttributeValue, LogRecord, LogsData } from './types.ts';
import { bits64, bytes, type Input, idOf, nested, varint, writeEnum, writeId, writeString, writeTime } from './wire.ts';

/**
 * ExportLogsServiceRequest as protobuf.
 * Field numbers: opentelemetry/proto/logs/v1/logs.proto and collector/logs/v1/logs_service.proto.
 */
export function encodeLogs(data: LogsData): Uint8Array {
  const out = new BinaryWriter();
  for (const { resource, scopeLogs } of data.resourceLogs) {
    nested(out, 1, () => {
      writeResource(out, 1, resource);
      for (const { scope, logRecords } of scopeLogs) {
        nested(out, 2, () => {
          writeScope(out, 1, scope);
          for (const record of logRecords) nested(out, 2, () => writeRecord(out, record));
        });
      }
    });
  }
  return out.finish();
}

function writeRecord(out: BinaryWriter, record: LogRecord): void {
  writeTime(out, 1, record.timeUnixNano);
  writeEnum(out, 2, record.severityNumber);
  writeString(out, 3, record.severityText);
  if (record.body !== '') nested(out, 5, () => writeAny(out, record.body));
  writeAttributes(out, 6, record.attributes);
  writeId(out, 9, record.traceId);
  writeId(out, 10, record.spanId);
  writeTime(out, 11, record.observedTimeUnixNano);
  writeString(out, 12, record.eventName);
}

/** Inverse of `encodeLogs`. Throws `OtlpDecodeError`. */
export function decodeLogs(payload: Uint8Array): LogsData {
  const groups = readGroups('ExportLogsServiceRequest', payload, readRecord);
  const resourceLogs = groups.map(({ resource, scopes }) => ({
    resource,
    scopeLogs: scopes.map(({ scope, items }) => ({ scope, logRecords: items })),
  }));
  return { kind: 'logs', resourceLogs };
}

/** An id of another length counts as absent, as logs.proto asks for. */
const recordId = (raw: Uint8Array, length: number) => (raw.length === length ? idOf(raw, length) : '');

function readRecord(input: Input): LogRecord {
  let timeUnixNano = 0n;
  let observedTimeUnixNano = 0n;
  let severityNumber = 0;
  let severityText = '';
  let body: AttributeValue = '';
  let attributes = NO_ATTRIBUTES;
  let traceId = '';
  let spanId = '';
  let eventName = '';
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bits64(1):
        timeUnixNano = input.time();
        break;
      case varint(2):
        severityNumber = input.reader.int32();
        break;
      case bytes(3):
        severityText = input.string();
        break;
      case bytes(5):
        body = readAny(input);
        break;
      case bytes(6):
        attributes = readAttribute(input, attributes);
        break;
      case bytes(9):
        traceId = recordId(input.reader.bytes(), 16);
        break;
      case bytes(10):
        spanId = recordId(input.reader.bytes(), 8);
        break;
      case bits64(11):
        observedTimeUnixNano = input.time();
        break;
      case bytes(12):
        eventName = input.string();
        break;
      default:
        input.skip();
    }
  }
  return {
    timeUnixNano,
    observedTimeUnixNano,
    severityNumber,
    severityText,
    body,
    attributes,
    traceId,
    spanId,
    eventName,
  };
}
