/**
 * What one record costs in user space: HTTP GET exchanges, seen at both ends, are read from a ring in plain memory over
 * and over. `read` is parsing alone, `aggregate` with series and spans as in the agent. Prints one JSON object; times in
 * nanoseconds for each record, median and range of the rounds.
 *
 * node bench/reader.ts [rounds]
 */
import { cpus } from 'node:os';
import { NetworkTable } from '../packages/agent/src/aggregate/network.ts';
import { Recorder } from '../packages/agent/src/aggregate/recorder.ts';
import { SeriesTable } from '../packages/agent/src/aggregate/series.ts';
import { SpanSampler } from '../packages/agent/src/aggregate/spans.ts';
import { Connections } from '../packages/agent/src/capture/connections.ts';
import type { ExchangeSink } from '../packages/agent/src/capture/exchange-sink.ts';
import { Identities } from '../packages/agent/src/capture/identities.ts';
import { bothEnds, TestKernel } from '../packages/agent/src/capture/kernel.case.ts';
import { Reader } from '../packages/agent/src/capture/reader.ts';
import { ProcessTable } from '../packages/agent/src/enrich/process-table.ts';
import { Links } from '../packages/agent/src/link/links.ts';

const ROUNDS = Number(process.argv[2] ?? 15);
/** Records read in one round, at least. */
const RECORDS = 1_000_000;
const CONNECTIONS = 64;
const ROUTES = ['/', '/users/42', '/users/42/orders/7', '/cart', '/search?q=shoes', '/static/app.js', '/health'];

const kernel = new TestKernel(1 << 22);
const written = fill();
const processes = new ProcessTable();
const identities = new Identities(processes);

/** As many exchanges as the ring holds, one after the other on each connection. */
function fill(): number {
  const response = 'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Type: text/html\r\nContent-Length: 612\r\n\r\n';
  for (let records = 0; ; records += 2) {
    const number = records / 2;
    const ends = bothEnds(1000 + (number % CONNECTIONS), 77_000, process.pid, process.ppid);
    const route = ROUTES[number % ROUTES.length];
    const request = `GET ${route} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n`;
    const first = 1e9 + number * 10_000;
    const exchange = {
      request,
      response,
      responseBytes: response.length + 612,
      protocol: 'http',
      offset: Math.floor(number / CONNECTIONS) * request.length,
      times: [first, first, first + 80_000, first + 90_000],
      queueWait: 5_000,
    } as const;
    if (!kernel.hasRoom(2 * 1024)) return records;
    kernel.exchange(ends.client, exchange);
    kernel.exchange(ends.server, exchange);
  }
}

function measure(sink: ExchangeSink) {
  const reader = new Reader(kernel, new Connections(), identities, processes, sink);
  const times: number[] = [];
  for (let round = -2; round < ROUNDS; round++) {
    let records = 0;
    const before = process.cpuUsage();
    while (records < RECORDS) {
      kernel.rewind();
      records += reader.drain(Number.POSITIVE_INFINITY);
    }
    const { user } = process.cpuUsage(before);
    if (round >= 0) times.push((user * 1000) / records);
  }
  if (reader.exchanges !== reader.records) throw new Error(`${reader.records} records, ${reader.exchanges} exchanges`);
  times.sort((a, b) => a - b);
  const rounded = (value: number) => Math.round(value);
  return { median: rounded(times[times.length >> 1]), lowest: rounded(times[0]), highest: rounded(times.at(-1)!) };
}

const read = measure({
  exchange() {},
  opened() {},
  answered() {},
  received() {},
  task() {},
  failedConnect() {},
  sent() {},
});
const links = new Links();
const spans = new SpanSampler(identities, links, 50);
const aggregate = measure(new Recorder(new SeriesTable(), new NetworkTable(), spans, links, identities));
const machine = { cpu: cpus()[0]?.model, node: process.version };
const result = {
  machine,
  load: 'HTTP GET, both ends',
  recordsInRing: written,
  rounds: ROUNDS,
  nsPerRecord: { read, aggregate },
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
