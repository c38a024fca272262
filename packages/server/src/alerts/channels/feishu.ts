import { createHmac } from 'node:crypto';
import type { Notification } from '../notification.ts';
import type { Channel, ChannelRequest } from './channel.ts';

const TEMPLATES: Record<string, string> = { critical: 'red', warning: 'orange', info: 'blue' };

/**
 * 飞书 (Lark) custom bot, an interactive card. With a secret the message is signed: base64 of HMAC-SHA256 with the key
 * `timestamp\nsecret` over nothing. Source: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot.
 */
export function feishuRequest({ url, secret }: Channel, notification: Notification, now: number): ChannelRequest {
  const { state, rule, severity, started, summary } = notification;
  const timestamp = String(Math.floor(now / 1000));
  const sign = createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
  const lines = [summary, `severity: ${severity}`, `since: ${new Date(started).toISOString()}`];
  const link = {
    tag: 'action',
    actions: [{ tag: 'button', text: { tag: 'plain_text', content: 'Sonde' }, url: notification.url, type: 'default' }],
  };
  return {
    url,
    body: {
      ...(secret === '' ? {} : { timestamp, sign }),
      msg_type: 'interactive',
      card: {
        header: {
          title: { tag: 'plain_text', content: `[${state}] ${rule.name}` },
          template: state === 'resolved' ? 'green' : (TEMPLATES[severity] ?? 'blue'),
        },
        elements: [
          { tag: 'div', text: { tag: 'plain_text', content: lines.join('\n') } },
          ...(notification.url === '' ? [] : [link]),
        ],
      },
    },
  };
}

export function isFeishuTaken(body: unknown): boolean {
  const { code, StatusCode } = (body ?? {}) as { code?: unknown; StatusCode?: unknown };
  return code === 0 || StatusCode === 0;
}
