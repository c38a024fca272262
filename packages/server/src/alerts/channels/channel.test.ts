import { createHmac } from 'node:crypto';
import { alertRule } from '@sonde/api';
import { expect, test } from 'vitest';
import type { Notification } from '../notification.ts';
import { alertmanagerRequest } from './alertmanager.ts';
import { parseChannel } from './channel.ts';
import { dingtalkRequest, isDingtalkTaken } from './dingtalk.ts';
import { feishuRequest, isFeishuTaken } from './feishu.ts';
import { slackRequest } from './slack.ts';
import { webhookRequest } from './webhook.ts';

const started = Date.UTC(2026, 5, 1, 12);
const firing: Notification = {
  id: 'a1/firing',
  state: 'firing',
  ruleId: 'preset:error-rate',
  rule: alertRule.parse({ name: 'Errors <5 %>', metric: 'error_rate', threshold: 0.05, by: 'endpoint' }),
  service: 'shop',
  part: 'POST /orders',
  severity: 'critical',
  value: 0.12,
  threshold: 0.05,
  started,
  ended: null,
  summary: 'shop POST /orders: error rate 12 %, above 5 %',
  url: 'http://sonde:7600/services/shop',
};
const resolved: Notification = { ...firing, id: 'a1/resolved', state: 'resolved', ended: started + 60_000 };
const channel = (kind: string, secret = '') => parseChannel(`${kind}:ops=http://127.0.0.1:9/hook?a=1${secret}`)!;

test('channels are texts of one form', () => {
  expect(parseChannel('slack:on-call=https://hooks.example/T/B/x')).toEqual({
    kind: 'slack',
    name: 'on-call',
    url: 'https://hooks.example/T/B/x',
    secret: '',
  });
  expect(parseChannel('feishu:a=http://h/x#s3cret=')).toMatchObject({ secret: 's3cret=' });
  for (const bad of [
    '',
    'slack',
    'mail:a=http://h',
    'slack:=http://h',
    'slack:a=ftp://h',
    'slack:a=file:///etc/passwd',
    'slack:a=http://',
    'slack:a=smtp://h?from=a@b&to=c@d',
    'smtp:a=http://h?from=a@b&to=c@d',
    'smtp:a=smtp://h?from=a@b',
    'smtp:a=smtp://h?to=c@d',
    'smtp:a=smtp://?from=a@b&to=c@d',
  ]) {
    expect([bad, parseChannel(bad)]).toEqual([bad, null]);
  }
});

test('webhook: all that is known, under a key that stays the same', () => {
  expect(webhookRequest(channel('webhook', '#token'), firing)).toEqual({
    url: 'http://127.0.0.1:9/hook?a=1',
    headers: { 'idempotency-key': 'a1/firing', authorization: 'Bearer token' },
    body: {
      version: 1,
      id: 'a1/firing',
      state: 'firing',
      severity: 'critical',
      summary: firing.summary,
      rule: { id: 'preset:error-rate', name: 'Errors <5 %>', metric: 'error_rate' },
      service: 'shop',
      part: 'POST /orders',
      value: 0.12,
      threshold: 0.05,
      startsAt: '2026-06-01T12:00:00.000Z',
      endsAt: null,
      url: firing.url,
    },
  });
  expect(webhookRequest(channel('webhook'), resolved)).toMatchObject({
    headers: { 'idempotency-key': 'a1/resolved' },
    body: { state: 'resolved', endsAt: '2026-06-01T12:01:00.000Z' },
  });
});

test('Alertmanager v2: labels tell alerts apart and stay the same, times are RFC 3339', () => {
  const now = started + 30_000;
  const at = { kind: 'alertmanager', name: 'am', url: 'http://am:9093/', secret: '' } as const;
  const request = alertmanagerRequest(at, firing, now);
  expect(request.url).toBe('http://am:9093/api/v2/alerts');
  const [alert] = request.body as { labels: object; startsAt: string; endsAt: string }[];
  expect(alert).toEqual({
    labels: {
      alertname: 'Errors <5 %>',
      rule: 'preset:error-rate',
      service: 'shop',
      severity: 'critical',
      endpoint: 'POST /orders',
    },
    annotations: { summary: firing.summary, value: '0.12' },
    startsAt: '2026-06-01T12:00:00.000Z',
    endsAt: '2026-06-01T12:05:30.000Z',
    generatorURL: firing.url,
  });
  const [over] = alertmanagerRequest(at, resolved, now).body as { labels: object; endsAt: string }[];
  expect([over.labels, over.endsAt]).toEqual([alert.labels, '2026-06-01T12:01:00.000Z']);
});

test('Slack: mark-up is escaped, the colour tells how bad it is', () => {
  const { body } = slackRequest(channel('slack'), firing);
  expect(body).toEqual({
    text: '[firing] Errors &lt;5 %&gt;: shop POST /orders: error rate 12 %, above 5 %',
    attachments: [
      {
        color: '#bf2020',
        title: '[firing] Errors &lt;5 %&gt;',
        title_link: firing.url,
        text: 'shop POST /orders: error rate 12 %, above 5 %',
        fields: [
          { title: 'Service', value: 'shop', short: true },
          { title: 'Severity', value: 'critical', short: true },
        ],
        ts: started / 1000,
      },
    ],
  });
  expect(slackRequest(channel('slack'), resolved).body).toMatchObject({ attachments: [{ color: '#1b7446' }] });
});

test('飞书: a card, signed where there is a secret', () => {
  const plain = feishuRequest(channel('feishu'), firing, started).body;
  expect(plain).toMatchObject({ msg_type: 'interactive', card: { header: { template: 'red' } } });
  expect(plain).not.toHaveProperty('sign');
  expect(feishuRequest(channel('feishu', '#s'), resolved, started).body).toMatchObject({
    timestamp: String(started / 1000),
    sign: createHmac('sha256', `${started / 1000}\ns`)
      .update('')
      .digest('base64'),
    card: { header: { template: 'green', title: { content: '[resolved] Errors <5 %>' } } },
  });
  expect([{ code: 0 }, { StatusCode: 0 }, { code: 19024 }, null].map(isFeishuTaken)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('钉钉: Markdown, signed in the address where there is a secret', () => {
  const plain = dingtalkRequest(channel('dingtalk'), firing, started);
  expect(plain.url).toBe('http://127.0.0.1:9/hook?a=1');
  expect(plain.body).toMatchObject({ msgtype: 'markdown', markdown: { title: '[firing] Errors <5 %>' } });
  expect((plain.body as { markdown: { text: string } }).markdown.text).toContain('### \\[firing\\] Errors \\<5 %\\>');
  const { searchParams } = new URL(dingtalkRequest(channel('dingtalk', '#SECs'), firing, started).url);
  expect(searchParams.get('a')).toBe('1');
  expect(searchParams.get('timestamp')).toBe(String(started));
  expect(searchParams.get('sign')).toBe(createHmac('sha256', 'SECs').update(`${started}\nSECs`).digest('base64'));
  expect([{ errcode: 0 }, { errcode: 310000 }, 'x'].map(isDingtalkTaken)).toEqual([true, false, false]);
});
