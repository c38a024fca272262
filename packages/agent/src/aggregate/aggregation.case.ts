import { type ProtocolName, protocolId } from '@sonde/model';
import { Call, symbols } from '@sonde/protocols';
import { Connection, type End, newEnd } from '../capture/connections.ts';
import { Identities } from '../capture/identities.ts';
import { TestProc } from '../enrich/proc.case.ts';
import { ProcessTable } from '../enrich/process-table.ts';
import { Links } from '../link/links.ts';
import { NetworkTable } from './network.ts';
import { Recorder } from './recorder.ts';
import { SeriesTable } from './series.ts';
import { SpanSampler } from './spans.ts';

/** Everything from the exchange to what is exported; two services, `front` (pid 10) and `users` (pid 20). */
export class Aggregation implements Disposable {
  readonly proc = new TestProc();
  readonly identities: Identities;
  readonly series = new SeriesTable();
  readonly network = new NetworkTable();
  readonly links = new Links();
  readonly spans: SpanSampler;
  readonly recorder: Recorder;

  constructor(spansPerSecond = 1000) {
    this.proc.run(10, 'front');
    this.proc.run(20, 'users');
    this.identities = new Identities(new ProcessTable({ proc: this.proc.folder, hostName: 'here' }));
    this.spans = new SpanSampler(this.identities, this.links, spansPerSecond);
    this.recorder = new Recorder(this.series, this.network, this.spans, this.links, this.identities);
  }

  end(pid: number, peerAddress: string): End {
    return newEnd(pid, this.identities.of(pid), symbols.ofText(peerAddress));
  }

  /** From `front` to `users`, both ends observed. */
  connection(clientStart = 1000, serverStart = 2000): Connection {
    const connection = new Connection(clientStart, serverStart);
    connection.ends[0] = this.end(10, '10.0.0.2:80');
    connection.ends[1] = this.end(20, '10.0.0.1');
    return connection;
  }

  [Symbol.dispose](): void {
    this.proc[Symbol.dispose]();
  }
}

interface Words {
  readonly protocol?: ProtocolName;
  readonly operation?: string;
  readonly target?: string;
  readonly status?: string;
  readonly error?: string;
  readonly errorText?: string;
}

/** A call that took 1 ms, from 1 s of monotonic time on. */
export function callOf(words: Words = {}, fields: Partial<Call> = {}): Call {
  const { protocol = 'http', operation = 'GET', target = '/users/{id}', status = '200' } = words;
  const call = new Call().begin(protocolId(protocol));
  const texts = { operation, target, status, error: words.error ?? '', errorText: words.errorText ?? '' };
  for (const [name, text] of Object.entries(texts)) call[name as keyof typeof texts] = symbols.ofText(text);
  const times = { requestFirst: 1e9, requestLast: 1e9, responseFirst: 1.0009e9, responseLast: 1.001e9 };
  return Object.assign(call, { requestBytes: 100, responseBytes: 2000, queueWait: 5e4, ...times, ...fields });
}
