import { once } from 'node:events';
import { type ForwardReport, forward, type ReplayReport, replay } from '@sonde/agent/replay';
import type { Exchange } from '@sonde/model';
import type { Invocation } from '../command.ts';
import { CliError } from '../errors.ts';
import { exchangeJson } from '../replay/exchange-json.ts';
import { ExchangeTable } from '../replay/exchange-table.ts';
import { ProgressBar } from '../replay/progress.ts';

/** Lines are written together up to this length. */
const WRITE_LENGTH = 1 << 16;

export async function run({ flags, operands }: Invocation): Promise<number> {
  if (operands.length === 0) throw new CliError('SONDE_CLI_USAGE', 'sonde replay: name at least one capture file');
  if (flags.to !== undefined) return send(operands, flags);
  const table = new ExchangeTable();
  const bar = new ProgressBar(process.stderr);
  let waiting = '';
  let rows = 0;
  const flush = () => {
    if (waiting === '') return;
    bar.clear();
    process.stdout.write(waiting);
    waiting = '';
  };
  const print = (exchange: Exchange) => {
    if (flags.json) waiting += exchangeJson(exchange);
    else {
      if (rows++ === 0) waiting += table.heading();
      waiting += table.row(exchange);
    }
    if (waiting.length > WRITE_LENGTH) flush();
  };
  const report = await replay(operands, {
    onExchange: print,
    onProgress: (progress) => bar.update(progress),
    pace: () => {
      flush();
      return process.stdout.writableNeedDrain ? once(process.stdout, 'drain').then(() => undefined) : undefined;
    },
  });
  flush();
  bar.clear();
  if (!flags.json) process.stderr.write(summary(report));
  return 0;
}

async function send(files: readonly string[], { to, token, json, 'keep-times': keepTimes }: Invocation['flags']) {
  if (!URL.canParse(String(to))) throw new CliError('SONDE_CLI_USAGE', `sonde replay: --to ${to} is no address`);
  if (json) throw new CliError('SONDE_CLI_USAGE', 'sonde replay: --json prints and --to sends: name one of them');
  const bar = new ProgressBar(process.stderr);
  const report = await forward(files, {
    server: new URL(String(to)),
    token: typeof token === 'string' ? token : null,
    keepTimes: keepTimes === true,
    onProgress: (progress) => bar.update(progress),
  });
  bar.clear();
  process.stderr.write(summary(report) + delivery(report, String(to)));
  return report.dropped.size === 0 ? 0 : 1;
}

/** Causes that say nothing by their name. */
const LOSSES: Readonly<Record<string, string>> = {
  partial_success:
    'the server did not take them, as its log says; captures of different weeks are best sent one by one',
};

function delivery({ delivered, dropped }: ForwardReport, server: string): string {
  const lost = [...dropped].map(([cause, count]) => `${count} lost: ${LOSSES[cause] ?? cause}`);
  return `${[`${delivered} data points and spans sent to ${server}`, ...lost].join('\n')}\n`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What was read, and what was not. */
export function summary(report: ReplayReport): string {
  const { packets, exchanges, sessions, unknown, skipped, endings } = report;
  const lines = [
    `${counted(exchanges, 'exchange')} in ${counted(sessions, 'connection')}, ${counted(packets, 'packet')}`,
  ];
  const say = (count: number, text: string) => {
    if (count > 0) lines.push(`${count} ${text}`);
  };
  say(unknown, 'connections of no protocol that is read');
  say(skipped.linkType, 'packets of a link type that is not read');
  say(skipped.notIp, 'packets without TCP or UDP over IP');
  say(skipped.malformed, 'packets with impossible headers');
  say(skipped.fragments, 'IP fragments whose datagram is not whole');
  say(skipped.multicastName, 'datagrams of multicast name resolution (mDNS, LLMNR, NetBIOS)');
  for (const [file, ending] of endings) {
    if (ending !== 'whole') lines.push(`${file} is ${ending}: what is before it was read`);
  }
  return `${lines.join('\n')}\n`;
}
