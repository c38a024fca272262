import { binOf } from '@sonde/model';
import type { RequestRow, Store } from '@sonde/store';

export const SILENT = { info() {}, warn() {}, error() {} };

/** The start of a bucket, now. */
export const T = Math.floor(Date.now() / 10_000) * 10;

/** Requests of 2 ms in the 10 s from `time` on. */
export function requestRows(time: number, count: number, errors: number, row: Partial<RequestRow> = {}): RequestRow[] {
  const base: RequestRow = {
    time,
    service: 'shop',
    side: 'server',
    protocol: 'http',
    operation: 'GET',
    target: '/a',
    statement: '',
    status: '200',
    error: '',
    peer: '',
    peerAddress: '',
    instance: 'shop-1',
    host: '',
    container: '',
    count,
    errors: 0,
    durationSum: count * 2e6,
    bins: { indexes: [binOf(2e6)], counts: [count] },
    queueWaitSum: 0,
    requestBytes: 0,
    responseBytes: 0,
    ...row,
  };
  const failed = {
    ...base,
    status: '500',
    error: '500',
    count: errors,
    errors,
    durationSum: errors * 2e6,
    bins: { indexes: [binOf(2e6)], counts: [errors] },
  };
  return [...(count > 0 ? [base] : []), ...(errors > 0 ? [failed] : [])];
}

export async function writeRequests(store: Store, requests: readonly RequestRow[]): Promise<void> {
  await store.write({ requests, spans: [], metrics: [], resources: [] });
}
