import { createTransport, type SendMailOptions, type SMTPTransportOptions } from 'nodemailer';
import type { Notification } from '../notification.ts';
import type { Channel } from './channel.ts';
import { DeliveryError } from './delivery-error.ts';

const TIMEOUT = 10_000;

/** Whether the address says who sends and who receives. */
export function isMailAddress(url: string): boolean {
  const { searchParams, hostname } = new URL(url);
  return hostname !== '' && recipientsOf(searchParams).length > 0 && (searchParams.get('from') ?? '').includes('@');
}

const recipientsOf = (parameters: URLSearchParams) =>
  (parameters.get('to') ?? '').split(',').filter((each) => each.includes('@'));

/**
 * `smtps://` begins with TLS, `smtp://` changes to it by STARTTLS where the server offers that, and must where there is a
 * password (RFC 3207, RFC 4954). `tls=off` stays without, `tls=unverified` takes any certificate.
 */
export function transportOf({ url, secret }: Channel): SMTPTransportOptions {
  const { protocol, hostname, port, username, searchParams } = new URL(url);
  const secure = protocol === 'smtps:';
  const tls = searchParams.get('tls');
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && username !== '' && tls !== 'off',
    ignoreTLS: tls === 'off',
    tls: { rejectUnauthorized: tls !== 'unverified' },
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: secret } }),
    connectionTimeout: TIMEOUT,
    greetingTimeout: TIMEOUT,
    socketTimeout: TIMEOUT,
  };
}

/** Control characters have no place in a header or a line. */
const oneLine = (text: string) => text.replaceAll(/\p{Cc}+/gu, ' ');

/** The `Message-ID` is the same at each repetition; the mail that an alert is over answers the one that it fires. */
export function mailOf({ url }: Channel, notification: Notification): SendMailOptions {
  const { id, state, rule, service, part, severity, started, ended, summary } = notification;
  const { searchParams } = new URL(url);
  const messageId = (name: string) => `<${name.replace('/', '.')}@sonde>`;
  const firing = id.replace(/\/\w+$/, '/firing');
  const lines = [
    summary,
    '',
    `severity: ${severity}`,
    `rule: ${rule.name}`,
    `service: ${service}`,
    ...(part === '' ? [] : [`${rule.by}: ${part}`]),
    `since: ${new Date(started).toISOString()}`,
    ...(ended === null ? [] : [`until: ${new Date(ended).toISOString()}`]),
    ...(notification.url === '' ? [] : ['', notification.url]),
  ];
  return {
    from: searchParams.get('from')!,
    to: recipientsOf(searchParams),
    subject: oneLine(`[${state}] ${rule.name}: ${[service, part].filter(Boolean).join(' ')}`),
    text: lines.map(oneLine).join('\n'),
    messageId: messageId(id),
    ...(state === 'firing' ? {} : { inReplyTo: messageId(firing), references: [messageId(firing)] }),
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** Resolves to what the server has against some of the recipients, '' where it took all. Throws DeliveryError. */
export async function sendMail(channel: Channel, notification: Notification): Promise<string> {
  const transport = createTransport(transportOf(channel));
  try {
    const { rejected } = await transport.sendMail(mailOf(channel, notification));
    return rejected.length === 0 ? '' : `not taken for ${rejected.join(', ')}`;
  } catch (cause) {
    const { responseCode = 0, message } = cause as { responseCode?: number; message: string };
    const refused = responseCode >= 500;
    throw new DeliveryError(`${channel.name}: ${oneLine(message).slice(0, 200)}`, refused, { cause });
  } finally {
    transport.close();
  }
}
