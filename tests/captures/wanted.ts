import type { Exchange } from '@sonde/model';
import type { Transaction } from './manifest.ts';

/** What a transaction must be read as. */
export interface Wanted {
  readonly text: string;
  readonly operation?: string;
  readonly target?: (target: string) => boolean;
  readonly status?: string;
  readonly failed?: boolean;
}

type Reading = (transaction: Transaction) => Wanted | null;

export function agrees(wanted: Wanted, found: Exchange): boolean {
  if (wanted.operation !== undefined && wanted.operation !== found.operation) return false;
  if (wanted.status !== undefined && wanted.status !== found.status) return false;
  if (wanted.failed !== undefined && wanted.failed !== (found.error !== '')) return false;
  return wanted.target === undefined || wanted.target(found.target);
}

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

/** Whether a templated text stands for another: `{…}` for any part of it. */
function stands(template: string, value: string): boolean {
  const pattern = template
    .split(/\{[a-z]+\}/)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`, 's').test(value);
}

function path(uri: string): string {
  const absolute = /^https?:\/\/[^/]*/i.exec(uri);
  const rest = absolute ? uri.slice(absolute[0].length) : uri;
  return rest.replace(/[?#].*$/s, '').replace(/ .*$/s, '');
}

const http: Reading = ({ method, uri, status }) => {
  if (method === undefined) return null;
  const wanted = path(text(uri));
  return {
    text: `${method} ${text(uri).slice(0, 80)} ${text(status)}`,
    operation: text(method),
    target: (target) => stands(target, wanted.slice(0, 512)) || wanted.length > 512,
    status: text(status),
  };
};

const RCODES = [
  'NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET', 'NXRRSET', 'NOTAUTH', 'NOTZONE',
]; // biome-ignore format: one list

const dns: Reading = ({ qname, qtype, rcode, req_frame }) => {
  if (req_frame === undefined) return null;
  const name = qname === '<Root>' ? '.' : text(qname).toLowerCase();
  const status = rcode === undefined ? '' : (RCODES[Number(rcode)] ?? `RCODE${rcode}`);
  return {
    text: `${text(qtype)} ${text(qname)} ${status}`,
    ...(qtype === undefined ? {} : { operation: text(qtype).replace('*', 'ANY') }),
    ...(qname === undefined ? {} : { target: (target: string) => target === name }),
    status,
    failed: status !== '' && status !== 'NOERROR',
  };
};

const redis: Reading = ({ command, args, reply_kind: kind, error }) => {
  if (command === undefined) return null;
  const words = Array.isArray(args) ? args.map(text) : [];
  const code = /^-?([A-Z]+)( |$)/.exec(text(error))?.[1] ?? 'ERR';
  return {
    text: `${command} ${words.join(' ').slice(0, 60)} ${text(error || kind).slice(0, 40)}`,
    operation: text(command).toUpperCase(),
    target: (target) => target === '' || words.some((word) => stands(target, word) || word.length > 128),
    ...(kind === undefined ? {} : { status: kind === 'error' ? code : 'OK' }),
  };
};

const tls: Reading = ({ sni }) => ({
  text: `ClientHello ${text(sni)}`,
  operation: 'ClientHello',
  target: (target) => target === text(sni),
});

const byProtocol: Readonly<Record<string, Reading>> = { http, dns, redis, tls };

/** Any protocol without a reading of its own: that there is an exchange is all that is compared. */
const any: Reading = (transaction) => {
  if (transaction.req_frame === undefined) return null;
  const { kind, proto, conv, req_frame, resp_frame, ...rest } = transaction;
  return { text: `${proto} ${conv} ${req_frame} ${resp_frame} ${JSON.stringify(rest).slice(0, 120)}` };
};

/** Null for what is no exchange: a response whose request was not captured. */
export function wanted(transaction: Transaction): Wanted | null {
  return (byProtocol[transaction.proto] ?? any)(transaction);
}
