/** How one number is made: the formula, and the name of the query whose rows it is made from. */
export interface Formula {
  readonly formula: string;
  readonly query: string;
}

const VIEW = 'sum of the view';
const AGENTS = "agents' own numbers";

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
  histogram: { formula: 'requests of a bar = counts of its bins', query: VIEW },
  bytes: { formula: 'bytes = sum(request_bytes) + sum(response_bytes)', query: VIEW },
  endpointShare: { formula: 'share = requests of the error / requests of the endpoint', query: 'errors' },
  firstSeen: { formula: 'first seen = start of the first row', query: 'errors' },
  lastSeen: { formula: 'last seen = start of the last row', query: 'errors' },
  outcomeShare: { formula: 'share = requests with the code / requests of the name', query: 'usage by target' },
  statements: { formula: 'statements = how many different ones', query: 'usage by target' },
  pods: { formula: 'pods = those of its workloads that are ready / all; else instances seen', query: 'pods' },
  ready: { formula: 'ready = containers of the pod that are ready / its containers', query: 'pods' },
  restarts: {
    formula:
      'restarts = those of the containers of the pod; of a process, starts of the same that ended before it began',
    query: 'pods',
  },
  age: { formula: 'age = end of the range - start of the pod or process', query: 'pods' },
  alerts: { formula: 'alerts = those that fired in the range', query: 'alerts' },
  alertValue: { formula: 'value = what the rule measured when it fired last', query: 'alerts' },
  threshold: { formula: 'threshold = that of the rule then', query: 'alerts' },
  fired: { formula: 'started = when it fired first', query: 'alerts' },
  ended: { formula: 'ended = when it was resolved', query: 'alerts' },
  traceStart: { formula: 'start = start of the longest span that fulfils the filters', query: 'spans found' },
  spanDuration: { formula: 'duration = that of the longest span that fulfils the filters', query: 'spans found' },
  spans: { formula: 'spans = different spans of the trace', query: 'traces found' },
  spanErrors: { formula: 'errors = different spans of the trace that failed', query: 'traces found' },
  completeness: { formula: 'completeness = exchanges / (exchanges + all that agents lost)', query: AGENTS },
  exchanges: { formula: 'exchanges = sum of sonde.agent.exchanges', query: AGENTS },
  records: { formula: 'records = sum of sonde.agent.records', query: AGENTS },
  cpu: { formula: 'CPU = sum of sonde.agent.cpu.time / seconds covered', query: AGENTS },
  rss: { formula: 'memory = last sonde.agent.memory.rss', query: AGENTS },
  userNs: { formula: 'user time = sum of sonde.agent.cpu.time of mode user / exchanges', query: AGENTS },
  kernelNs: { formula: 'kernel time = sum of sonde.agent.bpf.run_time / exchanges', query: AGENTS },
  spool: { formula: 'spool = last sonde.agent.spool.size', query: AGENTS },
  programTime: { formula: 'time = sum of sonde.agent.bpf.run_time of the program', query: AGENTS },
  programRuns: { formula: 'runs = sum of sonde.agent.bpf.runs of the program', query: AGENTS },
  perRun: { formula: 'per run = sum of sonde.agent.bpf.run_time / sum of sonde.agent.bpf.runs', query: AGENTS },
  lost: { formula: 'lost = sum of sonde.agent.dropped by cause', query: AGENTS },
  services: { formula: 'services = different services of the rows', query: 'instances of the host' },
  instances: { formula: 'instances = rows, and what is there without requests', query: 'instances of the host' },
  segments: { formula: 'segments = sum(segments)', query: 'network by peer' },
  rttAverage: { formula: 'round-trip time = sum(rtt_sum) / sum of the counts in rtt_bins', query: 'network by peer' },
  rttPercentile: {
    formula: 'Pq = middle of the first bin of rtt_bins at which the cumulated counts reach q % of all',
    query: 'network by peer',
  },
  connections: { formula: 'connections = sum of the column of that name', query: 'network by peer' },
  timeShare: { formula: 'share of time = sum(duration_sum) of the row / that of all rows', query: VIEW },
  bytesInRate: { formula: 'in = sum(request_bytes) / seconds of the range that have passed', query: VIEW },
  bytesOutRate: { formula: 'out = sum(response_bytes) / seconds of the range that have passed', query: VIEW },
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
