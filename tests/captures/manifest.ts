import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fromMessage, type ListedMessage } from './messages.ts';

/** Captures of others, which are not part of this repository: beside it, or where SONDE_CAPTURES says. */
export const FOLDER = resolve(process.env.SONDE_CAPTURES ?? join(import.meta.dirname, '../../../shared/captures'));

/**
 * How far an expectation can be believed. A: two independent readers agree; B: one reader, a whole stream;
 * C: readers differ, or the stream is cut or malformed; D: no message of a known protocol.
 */
export type Trust = 'A' | 'B' | 'C' | 'D';

export interface CaptureFile {
  readonly file: string;
  readonly protocol: string;
  readonly trust: Trust;
  /** Transactions by protocol. */
  readonly transactions?: Readonly<Record<string, number>>;
  readonly messages?: Readonly<Record<string, number>>;
  readonly peculiarities?: readonly string[];
}

export interface Transaction {
  readonly kind: 'tx';
  readonly proto: string;
  /** `tcp/N` or `udp/N`, a key of the streams. */
  readonly conv?: string;
  readonly req_frame?: number;
  readonly resp_frame?: number;
  readonly [field: string]: unknown;
}

export interface Expectation {
  readonly transactions: readonly Transaction[];
  /** The two ends of each conversation, `address:port`. */
  readonly streams: ReadonlyMap<string, Stream>;
  /** The protocols of the messages in each conversation, the first seen first. */
  readonly protocols: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface Stream {
  readonly client: string;
  readonly server: string;
  readonly guessed: boolean;
}

/** The list of captures, or null where there are none. */
export function readManifest(): readonly CaptureFile[] | null {
  const list = join(FOLDER, 'MANIFEST.json');
  if (!existsSync(list)) return null;
  const files = JSON.parse(readFileSync(list, 'utf8')) as CaptureFile[];
  return files.filter(({ file }) => /\.p?cap(ng)?(\.gz)?$/.test(file) && existsSync(capturePath(file)));
}

export function capturePath(file: string): string {
  return join(FOLDER, file);
}

interface Entry {
  readonly kind: string;
  readonly proto?: string;
  readonly stream_key?: string | null;
  readonly streams?: readonly Record<string, unknown>[];
}

export function readExpectation(file: string): Expectation {
  const name = join(FOLDER, 'expect', `${file}.jsonl`);
  const transactions: Transaction[] = [];
  const streams = new Map<string, Stream>();
  const protocols = new Map<string, Set<string>>();
  for (const line of existsSync(name) ? readFileSync(name, 'utf8').split('\n') : []) {
    if (line === '') continue;
    const entry = JSON.parse(line) as Entry;
    if (entry.kind === 'tx') transactions.push(entry as unknown as Transaction);
    if (entry.kind === 'msg') {
      const transaction = fromMessage(entry as unknown as ListedMessage);
      if (transaction) transactions.push(transaction);
    }
    const { stream_key: conversation, proto } = entry;
    if (entry.kind === 'msg' && conversation && proto) {
      protocols.set(conversation, (protocols.get(conversation) ?? new Set()).add(proto));
    }
    for (const stream of entry.streams ?? []) {
      const { id, client, server, client_guessed: guessed } = stream as Record<string, string>;
      streams.set(id, { client, server, guessed: Boolean(guessed) });
    }
  }
  return { transactions, streams, protocols };
}
