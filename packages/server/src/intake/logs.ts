import type { EpochNanoseconds } from '@sonde/model';
import type { LogRecord, LogsData } from '@sonde/otlp';
import type { LogRow } from '@sonde/store';
import { allText, textOf } from './attributes.ts';
import type { Mapped } from './metrics.ts';
import { Rejections } from './rejections.ts';
import { type Sender, senderOf } from './resource.ts';
import { type AcceptedTimes, secondsOf } from './times.ts';

const MAX_SEVERITY = 24;

/** When it was written, else when it was seen first, as logs.proto recommends. */
const timeOf = (record: LogRecord) => record.timeUnixNano || record.observedTimeUnixNano;

function rowOf({ service, instance, host }: Sender, scope: string, record: LogRecord): LogRow {
  const { severityNumber, severityText, body, attributes, traceId, spanId, eventName } = record;
  return {
    time: timeOf(record) as EpochNanoseconds,
    traceId,
    spanId,
    service,
    instance,
    host,
    scope,
    severity: severityNumber >= 1 && severityNumber <= MAX_SEVERITY ? severityNumber : 0,
    severityText,
    event: eventName,
    body: textOf(body),
    attributes: allText(attributes),
  };
}

export function logsIntake(data: LogsData, times: AcceptedTimes): Mapped {
  const rejected = new Rejections();
  const logs: LogRow[] = [];
  const resources = data.resourceLogs.map(({ resource, scopeLogs }) => {
    const sender = senderOf(resource);
    for (const { scope, logRecords } of scopeLogs) {
      for (const record of logRecords) {
        const problem = times.problemOf(secondsOf(timeOf(record)));
        if (problem === null) logs.push(rowOf(sender, scope.name, record));
        else rejected.add(problem);
      }
    }
    const { service, instance } = sender;
    return { time: times.now, service, instance, attributes: allText(resource.attributes) };
  });
  return { intake: { requests: [], metrics: [], spans: [], logs, resources }, rejected };
}
