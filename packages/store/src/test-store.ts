import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeRange } from '@sonde/model';
import type { Intake, RequestRow } from './rows.ts';
import { Store, type StoreConfig } from './store.ts';

/** A folder for one store, removed when disposed of. For tests; only one store per process at a time. */
export function temporaryFolder(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'sonde-store-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export async function openStore(path: string, config: Partial<StoreConfig> = {}): Promise<Store & AsyncDisposable> {
  const store = await Store.open({ path, ...config });
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() });
}

/** A row of 3 server-side requests of 1 ms each. */
export function requestRow(row: Partial<RequestRow> & Pick<RequestRow, 'time'>): RequestRow {
  return {
    service: 'shop',
    side: 'server',
    protocol: 'http',
    operation: 'GET',
    target: '/items',
    statement: '',
    status: '200',
    error: '',
    peer: '',
    peerAddress: '',
    instance: 'shop-1',
    host: 'node-1',
    container: '',
    count: 3,
    errors: 0,
    durationSum: 3_000_000,
    bins: { indexes: [-319], counts: [3] },
    queueWaitSum: 0,
    requestBytes: 30,
    responseBytes: 300,
    ...row,
  };
}

export function intakeOf(requests: readonly RequestRow[], batch?: Intake['batch']): Intake {
  return { requests, spans: [], metrics: [], resources: [], ...(batch === undefined ? {} : { batch }) };
}

/** Requests in [from, to), seconds since the epoch, over all services and sides. */
export async function requestsIn(store: Store, from: number, to: number): Promise<number> {
  const totals = await store.serviceTotals(store.plan(timeRange(from * 1000, to * 1000)));
  return totals.reduce((sum, total) => sum + total.requests, 0);
}
