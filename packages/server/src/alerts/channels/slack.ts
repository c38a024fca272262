import type { Notification } from '../notification.ts';
import type { Channel, ChannelRequest } from './channel.ts';

const COLORS: Record<string, string> = { critical: '#bf2020', warning: '#b97c12', info: '#2855c0' };
const RESOLVED = '#1b7446';

/** Slack takes these three for mark-up (https://docs.slack.dev/messaging/formatting-message-text). */
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** An incoming webhook's message: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. */
export function slackRequest({ url }: Channel, notification: Notification): ChannelRequest {
  const { state, rule, severity, started, summary } = notification;
  const title = `[${state}] ${escaped(rule.name)}`;
  return {
    url,
    body: {
      text: `${title}: ${escaped(summary)}`,
      attachments: [
        {
          color: state === 'resolved' ? RESOLVED : (COLORS[severity] ?? COLORS.info),
          title,
          ...(notification.url === '' ? {} : { title_link: notification.url }),
          text: escaped(summary),
          fields: [
            { title: 'Service', value: escaped(notification.service), short: true },
            { title: 'Severity', value: severity, short: true },
          ],
          ts: Math.floor(started / 1000),
        },
      ],
    },
  };
}
