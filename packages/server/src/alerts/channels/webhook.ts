import type { Notification } from '../notification.ts';
import type { Channel, ChannelRequest } from './channel.ts';

/** Everything that is known, with times in ISO 8601. `Idempotency-Key` is the same at each repetition. */
export function webhookRequest({ url, secret }: Channel, notification: Notification): ChannelRequest {
  const { id, state, ruleId, rule, service, part, severity, value, threshold, started, ended, summary } = notification;
  return {
    url,
    headers: { 'idempotency-key': id, ...(secret === '' ? {} : { authorization: `Bearer ${secret}` }) },
    body: {
      version: 1,
      id,
      state,
      severity,
      summary,
      rule: { id: ruleId, name: rule.name, metric: rule.metric },
      service,
      part,
      value,
      threshold,
      startsAt: new Date(started).toISOString(),
      endsAt: ended === null ? null : new Date(ended).toISOString(),
      url: notification.url,
    },
  };
}
