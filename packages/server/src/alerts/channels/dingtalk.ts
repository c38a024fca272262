import { createHmac } from 'node:crypto';
import type { Notification } from '../notification.ts';
import type { Channel, ChannelRequest } from './channel.ts';

/** Characters Markdown gives a meaning. */
const escaped = (text: string) => text.replace(/([\\`*_{}[\]()#+!|<>~-])/g, '\\$1');

/**
 * 钉钉 (DingTalk) custom robot, a Markdown message. With a secret the address carries base64 of HMAC-SHA256 with the
 * secret over `timestamp\nsecret`. Source: https://open.dingtalk.com/document/robots/customize-robot-security-settings.
 */
export function dingtalkRequest({ url, secret }: Channel, notification: Notification, now: number): ChannelRequest {
  const { state, rule, severity, started, summary } = notification;
  const title = `[${state}] ${rule.name}`;
  const lines = [
    `### ${escaped(title)}`,
    escaped(summary),
    `- severity: ${severity}`,
    `- since: ${new Date(started).toISOString()}`,
    ...(notification.url === '' ? [] : [`- [Sonde](${notification.url})`]),
  ];
  const signed = new URL(url);
  if (secret !== '') {
    signed.searchParams.set('timestamp', String(now));
    signed.searchParams.set('sign', createHmac('sha256', secret).update(`${now}\n${secret}`).digest('base64'));
  }
  return { url: signed.href, body: { msgtype: 'markdown', markdown: { title, text: lines.join('\n\n') } } };
}

export function isDingtalkTaken(body: unknown): boolean {
  return (body as { errcode?: unknown } | null)?.errcode === 0;
}
