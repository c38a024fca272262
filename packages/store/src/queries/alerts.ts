import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf } from '../client.ts';

export type AlertState = 'pending' | 'cleared' | 'firing' | 'resolved';

/** A change of the state of one alert: one rule for one subject, from `started` on. */
export interface AlertEvent {
  /** Epoch milliseconds. */
  readonly time: number;
  /** Names the alert from pending to resolved. */
  readonly alert: string;
  readonly rule: string;
  readonly service: string;
  /** Endpoint or instance, '' where the alert is for the whole service. */
  readonly part: string;
  readonly state: AlertState;
  readonly started: number;
  readonly severity: string;
  readonly value: number | null;
  readonly threshold: number;
  readonly silenced: boolean;
  /** Names of the channels it has to be sent to. */
  readonly channels: readonly string[];
  /** The rule as it was, as JSON. */
  readonly body: string;
}

/** That an event was sent to a channel, or is not tried again. */
export interface AlertDelivery {
  readonly time: number;
  readonly alert: string;
  readonly state: AlertState;
  readonly channel: string;
  readonly outcome: 'delivered' | 'given up';
  readonly detail: string;
}

const seconds = (ms: number) => (ms / 1000).toFixed(3);

/** Stores the events of one evaluation, all or none. */
export async function addAlertEvents(client: ClickHouseClient, events: readonly AlertEvent[]): Promise<void> {
  if (events.length === 0) return;
  const values = events.map(({ time, started, silenced, ...rest }) => ({
    ...rest,
    time: seconds(time),
    started: seconds(started),
    silenced: silenced ? 1 : 0,
  }));
  await client.insert({ table: 'alert_events', values, format: 'JSONEachRow' });
}

export async function addAlertDelivery(client: ClickHouseClient, delivery: AlertDelivery): Promise<void> {
  const values = [{ ...delivery, time: seconds(delivery.time) }];
  await client.insert({ table: 'alert_deliveries', values, format: 'JSONEachRow' });
}

const EVENT = `toUnixTimestamp64Milli(time) AS at, alert, rule, service, part, state,
  toUnixTimestamp64Milli(started) AS began, severity, value, threshold, silenced, channels, body`;

type EventColumns = Omit<AlertEvent, 'time' | 'started' | 'silenced'> & { at: number; began: number; silenced: number };

const eventOf = ({ at, began, silenced, ...rest }: EventColumns): AlertEvent => ({
  ...rest,
  time: at,
  started: began,
  silenced: silenced === 1,
});

/** The last event of each rule and subject that is not over: what is pending and what fires. */
export async function openAlerts(client: ClickHouseClient): Promise<AlertEvent[]> {
  const rows = await rowsOf<EventColumns>(
    client,
    `SELECT ${EVENT} FROM alert_events
    ORDER BY time DESC, state DESC LIMIT 1 BY rule, service, part`,
  );
  return rows.map(eventOf).filter(({ state }) => state === 'pending' || state === 'firing');
}

/** Events not older than `since` (epoch milliseconds) with channels they were not delivered to yet. */
export async function undeliveredAlerts(client: ClickHouseClient, since: number): Promise<AlertEvent[]> {
  const rows = await rowsOf<EventColumns & { done: string[] }>(
    client,
    `SELECT ${EVENT}, done FROM alert_events
    LEFT JOIN (
      SELECT alert, state, groupUniqArray(channel) AS done FROM alert_deliveries GROUP BY alert, state
    ) AS deliveries USING (alert, state)
    WHERE time >= toDateTime64(${seconds(since)}, 3, 'UTC') AND notEmpty(channels)
    ORDER BY at, alert`,
  );
  return rows
    .map(({ done, ...row }) => {
      const event = eventOf(row);
      return { ...event, channels: event.channels.filter((channel) => !done.includes(channel)) };
    })
    .filter(({ channels }) => channels.length > 0);
}

/** One alert from its first firing on. */
export interface AlertSpan {
  readonly alert: string;
  readonly rule: string;
  readonly service: string;
  readonly part: string;
  readonly severity: string;
  readonly started: number;
  /** `null` while it fires. */
  readonly ended: number | null;
  /** Of the last event. */
  readonly value: number | null;
  readonly threshold: number;
  readonly silenced: boolean;
  readonly body: string;
  /** Channels that took its firing. */
  readonly notified: readonly string[];
}

/** Alerts that fired at some time in [from, to), epoch milliseconds, newest first. */
export async function alertSpans(
  client: ClickHouseClient,
  from: number,
  to: number,
  service?: string,
): Promise<AlertSpan[]> {
  const of = service === undefined ? '1' : 'service = {service:String}';
  const rows = await rowsOf<Omit<AlertSpan, 'ended' | 'silenced'> & { ended: number; silenced: number }>(
    client,
    `SELECT /* alerts */ alert, rule, service, part, severity, fired AS started, ended, value, threshold, silenced, body, notified
    FROM (
      SELECT alert, any(rule) AS rule, any(service) AS service, any(part) AS part, argMax(severity, time) AS severity,
        toUnixTimestamp64Milli(minIf(time, state = 'firing')) AS fired,
        toUnixTimestamp64Milli(maxIf(time, state = 'resolved')) AS ended,
        argMaxIf(value, time, state = 'firing') AS value, argMax(threshold, time) AS threshold,
        argMax(silenced, time) AS silenced, argMax(body, time) AS body
      FROM (SELECT * FROM alert_events WHERE ${of}) GROUP BY alert HAVING countIf(state = 'firing') > 0
    ) AS alerts
    LEFT JOIN (
      SELECT alert, arraySort(groupUniqArray(channel)) AS notified FROM alert_deliveries
      WHERE state = 'firing' AND outcome = 'delivered' GROUP BY alert
    ) AS sent USING (alert)
    WHERE fired < ${Math.round(to)} AND (ended = 0 OR ended >= ${Math.round(from)})
    ORDER BY started DESC, alert LIMIT 5000`,
    service === undefined ? {} : { service },
  );
  return rows.map((row) => ({ ...row, ended: row.ended === 0 ? null : row.ended, silenced: row.silenced === 1 }));
}
