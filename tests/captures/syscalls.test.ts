import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROTOCOLS } from '@sonde/model';
import { Conversation, FROM_CLIENT, FROM_SERVER, infer, symbols, TABLE } from '@sonde/protocols';
import { describe, expect, it } from 'vitest';
import { FOLDER } from './manifest.ts';

/**
 * What an agent in the kernel sees of others' recordings: the first bytes of each read and write, with the length of all.
 * Each names its own expectation.
 */
const TRACES = join(FOLDER, 'kindling');
const files = existsSync(TRACES) ? globSync('*/*.json', { cwd: TRACES }).sort() : [];

interface Event {
  readonly side: 'request' | 'response';
  readonly syscall: string;
  readonly timestamp_ns: number;
  readonly syscall_result: number;
  readonly data_hex: string;
}

interface Trace {
  readonly events: readonly Event[];
  readonly expects: readonly {
    readonly values: { readonly request_io: number; readonly response_io: number };
    readonly labels: Readonly<Record<string, string | number | boolean>>;
  }[];
}

interface Found {
  readonly protocol: string;
  readonly text: string;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

function read(trace: Trace, transport: 'tcp' | 'udp'): Found[] {
  const events = trace.events.flatMap(messages);
  const bytesOf = ({ data_hex: hex }: Event) => new Uint8Array(Buffer.from(hex, 'hex'));
  const [request, response] = ['request', 'response'].map((side) =>
    prefix(events.filter((event) => event.side === side)),
  );
  const both = new Uint8Array([...request, ...response]);
  const protocol = infer(TABLE, transport, both, 0, request.length, request.length, both.length);
  const found: Found[] = [];
  if (!protocol) return found;
  const sink = {
    call: (call: Parameters<ConstructorParameters<typeof Conversation>[2]['call']>[0]) => {
      const text = [call.operation, call.target, call.statement, call.status].map((one) => symbols.text(one)).join(' ');
      const { requestBytes, responseBytes } = call;
      found.push({ protocol: PROTOCOLS[call.protocol], text, requestBytes, responseBytes });
    },
  };
  const conversation = new Conversation(protocol, 0, sink, transport === 'udp');
  const offsets = [0, 0];
  for (const event of events) {
    const direction = event.side === 'request' ? FROM_CLIENT : FROM_SERVER;
    const all = bytesOf(event);
    const end = Math.min(all.length, event.syscall_result);
    const total = event.syscall_result;
    const time = event.timestamp_ns;
    const offset = offsets[direction];
    conversation.segment({
      direction,
      bytes: all,
      start: 0,
      end,
      total,
      offset,
      first: time,
      last: time,
      queueWait: 0,
    });
    offsets[direction] += total;
  }
  conversation.close('closed');
  return found;
}

/** The recording puts the messages of one sendmmsg behind each other, each after its length. */
function messages(event: Event): Event[] {
  if (event.syscall !== 'sendmmsg') return [event];
  const bytes = Buffer.from(event.data_hex, 'hex');
  const found: Event[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const stop = at + 4 + bytes.readUInt32LE(at);
    found.push({ ...event, syscall_result: stop - at - 4, data_hex: bytes.toString('hex', at + 4, stop) });
    at = stop;
  }
  return found;
}

/** What one end said, up to where something is missing. */
function prefix(events: readonly Event[]): Buffer {
  const whole = events.findIndex(({ data_hex: hex, syscall_result: size }) => hex.length / 2 < size);
  const pieces = whole < 0 ? events : events.slice(0, whole + 1);
  return Buffer.concat(pieces.map(({ data_hex: hex }) => Buffer.from(hex, 'hex')));
}

/** Words of the expectation that the exchange must hold, whatever the protocol calls them. */
function words(labels: Trace['expects'][number]['labels']): string[] {
  const { dns_domain: domain, topic, http_method: method, http_status_code: status } = labels;
  return [String(domain ?? '').replace(/\.$/, ''), topic, method, status].filter(Boolean).map(String);
}

if (files.length === 0) process.stdout.write('system call traces: skipped: no captures\n');

describe.skipIf(files.length === 0)('system call traces of others', () => {
  it.each(files)('%s', (file) => {
    const trace = JSON.parse(readFileSync(join(TRACES, file), 'utf8')) as Trace;
    const found = read(trace, file.startsWith('dns/') ? 'udp' : 'tcp');
    const wanted = trace.expects.map(({ values, labels }) => ({
      protocol: String(labels.protocol),
      requestBytes: values.request_io,
      responseBytes: values.response_io,
    }));
    if (wanted.length > 0) expect(found).toMatchObject(wanted);
    trace.expects.forEach(({ labels }, index) => {
      for (const word of words(labels)) expect(found[index].text).toContain(word);
    });
  });
});
