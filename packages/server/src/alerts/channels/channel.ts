import type { Notification } from '../notification.ts';
import { alertmanagerRequest } from './alertmanager.ts';
import { DeliveryError } from './delivery-error.ts';
import { dingtalkRequest, isDingtalkTaken } from './dingtalk.ts';
import { feishuRequest, isFeishuTaken } from './feishu.ts';
import { slackRequest } from './slack.ts';
import { isMailAddress, sendMail } from './smtp.ts';
import { webhookRequest } from './webhook.ts';

export const CHANNEL_KINDS = ['webhook', 'alertmanager', 'slack', 'feishu', 'dingtalk', 'smtp'] as const;

export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** Where notifications go. `secret` signs them (feishu, dingtalk), is a bearer token (webhook) or the password (smtp). */
export interface Channel {
  readonly kind: ChannelKind;
  readonly name: string;
  readonly url: string;
  readonly secret: string;
}

/** What is posted, as JSON. */
export interface ChannelRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const FORM = /^(\w+):([\w-]{1,50})=((?:https?|smtps?):\/\/[^\s#]+)(?:#(\S+))?$/;

/** `kind:name=url#secret`, `null` where the text is not of this form. */
export function parseChannel(text: string): Channel | null {
  const match = FORM.exec(text);
  const kind = CHANNEL_KINDS.find((each) => each === match?.[1]);
  if (match === null || kind === undefined || !URL.canParse(match[3])) return null;
  const isMail = match[3].startsWith('smtp');
  if (isMail !== (kind === 'smtp') || (isMail && !isMailAddress(match[3]))) return null;
  return { kind, name: match[2], url: match[3], secret: match[4] ?? '' };
}

type Maker = (channel: Channel, notification: Notification, now: number) => ChannelRequest;

const MAKERS: Record<Exclude<ChannelKind, 'smtp'>, Maker> = {
  webhook: webhookRequest,
  alertmanager: alertmanagerRequest,
  slack: slackRequest,
  feishu: feishuRequest,
  dingtalk: dingtalkRequest,
};

/** Chat services answer 200 and say in the body that they refused. */
const TAKEN: Partial<Record<ChannelKind, (body: unknown) => boolean>> = {
  feishu: isFeishuTaken,
  dingtalk: isDingtalkTaken,
};

/** Answers that say the request is at fault, not the time. */
const isRefusal = (status: number) => status >= 400 && status < 500 && status !== 408 && status !== 429;

const TIMEOUT = 10_000;

/**
 * Sends once. Resolves to what the receiver had against a part of it, mostly ''. Throws DeliveryError where it did not take
 * it; `now` in epoch milliseconds.
 */
export async function deliver(channel: Channel, notification: Notification, now = Date.now()): Promise<string> {
  if (channel.kind === 'smtp') return sendMail(channel, notification);
  const { url, headers = {}, body } = MAKERS[channel.kind](channel, notification, now);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT),
    });
    text = (await response.text()).slice(0, 10_000);
  } catch (cause) {
    throw new DeliveryError(`${channel.name} is out of reach`, false, { cause });
  }
  if (!response.ok) throw new DeliveryError(`${channel.name} answered ${response.status}`, isRefusal(response.status));
  const isTaken = TAKEN[channel.kind];
  if (isTaken !== undefined && !isTaken(parsed(text)))
    throw new DeliveryError(`${channel.name} refused: ${text.slice(0, 200)}`, true);
  return '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
