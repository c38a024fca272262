// node traced.mjs NAME PORT COLLECTOR [NEXT]: a server that traces itself as an SDK of OpenTelemetry does: a span for each
// request, another for the call it makes to NEXT, the W3C header in between. Prints its port; on a line of input sends its
// spans as OTLP/JSON to COLLECTOR, and prints how many.
import { randomBytes } from 'node:crypto';
import { Agent, createServer, request } from 'node:http';
import { createInterface } from 'node:readline';

const [name, port, collector, next] = process.argv.slice(2);
const [SERVER, CLIENT] = [2, 3];
const agent = new Agent({ keepAlive: true });
const spans = [];

const id = (bytes) => randomBytes(bytes).toString('hex');
const now = () => process.hrtime.bigint() + offset;
const offset = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();

function begin(kind, spanName, traceId, parentSpanId) {
  const span = { traceId, spanId: id(8), parentSpanId, name: spanName, kind, startTimeUnixNano: String(now()) };
  return {
    header: `00-${traceId}-${span.spanId}-01`,
    child: (childKind, childName) => begin(childKind, childName, traceId, span.spanId),
    end: () => spans.push({ ...span, endTimeUnixNano: String(now()) }),
  };
}

const server = createServer((incoming, response) => {
  incoming.resume();
  const [, traceId = id(16), parent = ''] = /^00-(\w{32})-(\w{16})-/.exec(incoming.headers.traceparent ?? '') ?? [];
  const span = begin(SERVER, `${name} ${incoming.method}`, traceId, parent);
  const finish = () => {
    response.writeHead(200, { 'content-length': 3 }).end('ok\n');
    span.end();
  };
  if (next === undefined) {
    finish();
    return;
  }
  const call = span.child(CLIENT, `${name} calls`);
  const outgoing = request(`${next}${incoming.url}`, { agent, headers: { traceparent: call.header } }, (answer) => {
    answer.resume().on('end', () => {
      call.end();
      finish();
    });
  });
  outgoing.end();
});
server.keepAliveTimeout = 60_000;
server.listen(Number(port), '127.0.0.1', () => console.log(server.address().port));

createInterface({ input: process.stdin }).on('line', async () => {
  const attributes = [{ key: 'service.name', value: { stringValue: name } }];
  const body = { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope: { name: 'traced' }, spans }] }] };
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${collector}/v1/traces`, { method: 'POST', headers, body: JSON.stringify(body) });
  console.log(response.status === 200 ? spans.length : `status ${response.status}`);
});
