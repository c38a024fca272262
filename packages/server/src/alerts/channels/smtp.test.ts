import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertRule } from '@sonde/api';
import { type AlertEvent, Store } from '@sonde/store';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AlertEngine } from '../engine.ts';
import type { Notification } from '../notification.ts';
import { deliver, parseChannel } from './channel.ts';
import { transportOf } from './smtp.ts';

interface Mail {
  readonly text: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: string;
}

let server: SMTPServer;
let mails: Mail[];
/** What the server says to the next messages instead of taking them. */
let replies: number[];
const port = () => (server.server.address() as AddressInfo).port;

const failure = (responseCode: number) => Object.assign(new Error('no'), { responseCode });

/** With its own certificate, which nobody signed. */
async function listen(options: ConstructorParameters<typeof SMTPServer>[0] = {}): Promise<void> {
  server = new SMTPServer({
    authOptional: true,
    onAuth: ({ username, password }, _, done) => done(password === 's3cret' ? null : failure(535), { user: username }),
    onRcptTo: ({ address }, _, done) => done(address.startsWith('nobody@') ? failure(550) : null),
    onData: async (stream, { envelope, secure, user }, done) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      const reply = replies.shift();
      if (reply !== undefined) return done(failure(reply));
      const to = envelope.rcptTo.map(({ address }) => address);
      mails.push({ text: Buffer.concat(chunks).toString(), to, secure, user: String(user || '') });
      done();
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
}
beforeEach(() => {
  mails = [];
  replies = [];
});
afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

const started = Date.UTC(2026, 5, 1, 12);
const firing: Notification = {
  id: 'a1/firing',
  state: 'firing',
  ruleId: 'r',
  rule: alertRule.parse({ name: 'Errors over 5 %', metric: 'error_rate', threshold: 0.05, by: 'endpoint' }),
  service: 'shop',
  part: 'POST /orders\r\nBcc: all@sonde.test',
  severity: 'critical',
  value: 0.12,
  threshold: 0.05,
  started,
  ended: null,
  summary: 'shop POST /orders: error rate 12 %, above 5 %',
  url: 'http://sonde:7600/services/shop',
};

const channel = (user = '', query = '', scheme = 'smtp', to = 'a@sonde.test,b@sonde.test', secret = 's3cret') =>
  parseChannel(`smtp:mail=${scheme}://${user}127.0.0.1:${port()}?from=sonde@sonde.test&to=${to}${query}#${secret}`)!;
const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(mails[0].text)?.[1];

describe('by mail', () => {
  test('to all recipients, under an id that stays the same, one header a line', async () => {
    await listen();
    expect(await deliver(channel('', '&tls=unverified'), firing)).toBe('');
    expect(mails).toMatchObject([{ to: ['a@sonde.test', 'b@sonde.test'], secure: true, user: '' }]);
    expect(header('Message-ID')).toBe('<a1.firing@sonde>');
    expect(header('Subject')).toContain('[firing] Errors over 5 %: shop POST /orders');
    expect(header('Bcc')).toBeUndefined();
    expect(header('Auto-Submitted')).toBe('auto-generated');
    expect(mails[0].text).toContain('severity: critical\r\n');
    expect(mails[0].text).toContain('since: 2026-06-01T12:00:00.000Z');
    mails = [];
    const resolved = { ...firing, id: 'a1/resolved', state: 'resolved', ended: started + 60_000 } as const;
    await deliver(channel('', '&tls=unverified'), resolved);
    expect([header('Message-ID'), header('In-Reply-To')]).toEqual(['<a1.resolved@sonde>', '<a1.firing@sonde>']);
  });

  test('with a password after STARTTLS; never in the clear', async () => {
    await listen();
    await deliver(channel('ops%40sonde.test@', '&tls=unverified'), firing);
    expect(mails).toMatchObject([{ secure: true, user: 'ops@sonde.test' }]);
    await expect(deliver(channel('ops@'), firing)).rejects.toMatchObject({ refused: false });
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await listen({ disabledCommands: ['STARTTLS'] });
    await expect(deliver(channel('ops@', '&tls=unverified'), firing)).rejects.toMatchObject({ refused: true });
    expect(mails).toHaveLength(1);
    await deliver(channel(), firing);
    expect(mails[1]).toMatchObject({ secure: false, user: '' });
  });

  test('over TLS from the first byte', async () => {
    await listen({ secure: true });
    await deliver(channel('ops@', '&tls=unverified', 'smtps'), firing);
    expect(mails).toMatchObject([{ secure: true, user: 'ops' }]);
  });

  test('what is refused for good is told from what is refused for now', async () => {
    await listen();
    const secure = (user = '', to?: string, secret?: string) => channel(user, '&tls=unverified', 'smtp', to, secret);
    await expect(deliver(secure('ops@', undefined, 'wrong'), firing)).rejects.toMatchObject({ refused: true });
    await expect(deliver(secure('', 'nobody@sonde.test'), firing)).rejects.toMatchObject({ refused: true });
    replies = [451, 554];
    await expect(deliver(secure(), firing)).rejects.toMatchObject({ refused: false });
    await expect(deliver(secure(), firing)).rejects.toMatchObject({ refused: true });
    expect(await deliver(secure('', 'a@sonde.test,nobody@sonde.test'), firing)).toBe('not taken for nobody@sonde.test');
    expect(mails.map(({ to }) => to)).toEqual([['a@sonde.test']]);
  });

  test('ports by scheme', async () => {
    await listen();
    const of = (url: string) => transportOf({ kind: 'smtp', name: 'm', url, secret: '' });
    expect(of('smtp://h?from=a@b&to=c@d')).toMatchObject({ host: 'h', port: 587, secure: false, requireTLS: false });
    expect(of('smtps://u@[::1]?from=a@b&to=c@d')).toMatchObject({ host: '::1', port: 465, secure: true });
    expect(of('smtp://u@h:25?from=a@b&to=c@d&tls=off')).toMatchObject({ port: 25, ignoreTLS: true, requireTLS: false });
  });
});

test('each alert is one mail: where the server is busy it waits, and a restart does not repeat it', async () => {
  await listen();
  replies = [451, 451];
  const path = mkdtempSync(join(tmpdir(), 'sonde-mail-'));
  const log = { info() {}, warn() {}, error() {} };
  const now = Date.now();
  const event: AlertEvent = {
    time: now,
    alert: 'a1',
    rule: 'r',
    service: 'shop',
    part: '',
    state: 'firing',
    started: now,
    severity: 'warning',
    value: 1,
    threshold: 0,
    silenced: false,
    channels: ['mail'],
    body: JSON.stringify(firing.rule),
  };
  const run = async (check: (store: Store) => Promise<void>) => {
    const store = await Store.open({ path });
    if ((await store.alertSpans(0, now + 1000)).length === 0) await store.addAlertEvents([event]);
    const channels = [channel('', '&tls=unverified')];
    const engine = await AlertEngine.start(store, { channels, pageUrl: '', log, presets: {} });
    await check(store);
    await engine.stop();
    await store.close();
  };
  try {
    await run(async () => {
      await vi.waitFor(() => expect(replies).toEqual([451]), { timeout: 30_000 });
    });
    expect(mails).toEqual([]);
    await run(async (store) => {
      const told = async () => (await store.alertSpans(0, now + 1000))[0].notified;
      await vi.waitFor(async () => expect(await told()).toEqual(['mail']), { timeout: 30_000 });
    });
    await run(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
    expect(mails).toHaveLength(1);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
});
