/** How one number is made: the formula, and the name of the query whose rows it is made from. */
export interface Formula {
  readonly formula: string;
  readonly query: string;
}

const VIEW = 'sum of the view';

/** Formulas of the numbers of an overview; `?explain` gives the queries. Bins are those of the model: 1.09 % wide. */
export const FORMULAS: Readonly<Record<string, Formula>> = {
  requests: { formula: 'requests = sum(count)', query: VIEW },
  errors: { formula: 'errors = sum(errors)', query: VIEW },
  requestShare: { formula: 'share = requests of the row / requests of all rows', query: VIEW },
  errorShare: { formula: 'share of errors = errors of the row / errors of all rows', query: VIEW },
  perMinute: { formula: 'per minute = requests / minutes of the range that have passed', query: 'errors' },
  slow: { formula: 'slow = counts of bins whose middle is T or more', query: VIEW },
  network: {
    formula: 'network = average of the callers - average of the service - wait unread in the receive queue',
    query: 'requests by caller',
  },
  queueWait: { formula: 'receive queue = sum(queue_wait_sum) / sum(count)', query: 'requests by caller' },
  server: { formula: 'application = sum(duration_sum) / sum(count) of the service', query: 'requests by caller' },
  client: { formula: 'together = sum(duration_sum) / sum(count) of its callers', query: 'requests by caller' },
  insideShare: {
    formula: 'inside = requests with the value in the area / requests in the area',
    query: 'inside and outside of the area',
  },
  outsideShare: {
    formula: 'outside = requests with the value outside of the area / requests outside of it',
    query: 'inside and outside of the area',
  },
  timeShare: { formula: 'share of time = sum(duration_sum) of the row / that of all rows', query: VIEW },
  requestBytes: { formula: 'in = sum(request_bytes)', query: VIEW },
  responseBytes: { formula: 'out = sum(response_bytes)', query: VIEW },
  rate: { formula: 'rate = requests / seconds of the range that have passed', query: VIEW },
  errorRate: { formula: 'error rate = sum(errors) / sum(count)', query: VIEW },
  clientErrorRate: { formula: '4xx rate = sum(count) of statuses 4xx / sum(count)', query: 'statuses by step' },
  apdex: {
    formula: 'Apdex(T) = (good up to T + good from T to 4T / 2) / all; good = bins - error_bins',
    query: VIEW,
  },
  avg: { formula: 'average = sum(duration_sum) / sum of the counts in bins', query: VIEW },
  percentile: {
    formula: 'Pq = middle of the first bin at which the cumulated counts reach q % of all',
    query: VIEW,
  },
  max: { formula: 'max = middle of the highest bin in use', query: VIEW },
  retransmitRate: { formula: 'sent again = sum(retransmits) / sum(segments)', query: 'network by peer' },
  slowRate: { formula: 'slow share = counts of bins whose middle is T or more / all', query: VIEW },
};
