import type { Notification } from '../notification.ts';
import type { Channel, ChannelRequest } from './channel.ts';

/** How long Alertmanager keeps an alert that is not sent again, in milliseconds. */
export const ALERTMANAGER_HOLD = 5 * 60_000;

/**
 * Alertmanager API v2, `POST /api/v2/alerts` (github.com/prometheus/alertmanager, `api/v2/openapi.yaml`). Alerts are told
 * apart by their labels; sent again, one is kept alive, not doubled. `channel.url` is Alertmanager's own address.
 */
export function alertmanagerRequest({ url, secret }: Channel, notification: Notification, now: number): ChannelRequest {
  const { ruleId, rule, service, part, severity, value, started, ended, summary } = notification;
  const labels = {
    alertname: rule.name,
    rule: ruleId,
    service,
    severity,
    ...(part === '' ? {} : { [rule.by]: part }),
  };
  const alert = {
    labels,
    annotations: { summary, value: value === null ? '' : String(value) },
    startsAt: new Date(started).toISOString(),
    endsAt: new Date(ended ?? now + ALERTMANAGER_HOLD).toISOString(),
    ...(notification.url === '' ? {} : { generatorURL: notification.url }),
  };
  return {
    url: `${url.replace(/\/+$/, '')}/api/v2/alerts`,
    ...(secret === '' ? {} : { headers: { authorization: `Bearer ${secret}` } }),
    body: [alert],
  };
}
