/** 23 requests with what must be seen of each. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly route: string;
  readonly body?: string;
}

/** What a client saw of its own request. */
export interface Answer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Nanoseconds */
  readonly duration: number;
}

export const REQUESTS: readonly Request[] = [
  ...[1, 22, 333].map((id) => ({ method: 'GET', path: `/s200/orders/${id}?page=${id}`, route: '/s200/orders/{id}' })),
  ...[7, 8].map((id) => ({ method: 'HEAD', path: `/s200/orders/${id}`, route: '/s200/orders/{id}' })),
  ...[1, 2, 3, 4].map((n) => ({
    method: 'POST',
    path: '/s201/orders',
    route: '/s201/orders',
    body: 'x'.repeat(100 * n),
  })),
  { method: 'POST', path: '/s201/uploads', route: '/s201/uploads', body: 'y'.repeat(40_000) },
  ...[5, 6].map((id) => ({ method: 'DELETE', path: `/s204/orders/${id}`, route: '/s204/orders/{id}' })),
  ...[1, 2, 3].map(() => ({ method: 'GET', path: '/s404/nothing', route: '/s404/nothing' })),
  ...[1, 2].map(() => ({ method: 'GET', path: '/s400/bad', route: '/s400/bad' })),
  ...[1, 2, 3].map(() => ({ method: 'GET', path: '/s500/broken', route: '/s500/broken' })),
  { method: 'PUT', path: '/s503/away', route: '/s503/away', body: 'z' },
  { method: 'GET', path: '/s301/old', route: '/s301/old' },
  { method: 'GET', path: '/s200/a/b/c', route: '/s200/a/b/c' },
];

export function count<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}
