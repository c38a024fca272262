import type { Workload } from '@sonde/model';

/** What Sonde reads of `CollectorConnections` (agent-payload, `proto/process/agent.proto`). */
export interface ConnectionsMessage {
  readonly kind: 'connections';
  readonly hostName: string;
  readonly connections: readonly DatadogConnection[];
  readonly containerForPid: ReadonlyMap<number, string>;
  readonly telemetry: ReadonlyMap<string, number>;
  readonly architecture: string;
  readonly kernelVersion: string;
  readonly platform: string;
  readonly platformVersion: string;
  /** Opaque encodings, see `tags.ts` and `dns.ts`. */
  readonly encodedTags: Uint8Array;
  readonly encodedConnectionsTags: Uint8Array;
  readonly encodedDomainDatabase: Uint8Array;
  readonly encodedDnsLookups: Uint8Array;
  /** Of older agents: names and look-ups in one, and the domains that statistics of DNS refer to by index. */
  readonly encodedDns: Uint8Array;
  readonly domains: readonly string[];
}

/** What Sonde reads of `CollectorPod`: pods as the node's agent, or the cluster's, sees them. */
export interface PodsMessage {
  readonly kind: 'pods';
  readonly hostName: string;
  readonly pods: readonly DatadogPod[];
}

/** Times in seconds since the epoch; 0 and '' mean "not told". */
export interface DatadogPod {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly created: number;
  readonly owners: readonly Workload[];
  readonly ip: string;
  readonly node: string;
  readonly phase: string;
  readonly restarts: number;
  readonly containers: readonly DatadogPodContainer[];
  /** As kubectl prints it. */
  readonly status: string;
  /** Older agents tell only of its creation. */
  readonly started: number;
}

export interface DatadogPodContainer {
  /** `containerd://<64 hex digits>`, '' before it was started. */
  readonly id: string;
  readonly ready: boolean;
  readonly restarts: number;
}

export interface Address {
  readonly ip: string;
  readonly port: number;
  readonly containerId: string;
}

export const INCOMING = 1;
export const OUTGOING = 2;

export interface DatadogConnection {
  readonly pid: number;
  /** `local` is always the process that was observed. */
  readonly local: Address;
  readonly remote: Address;
  /** 0 unspecified, 1 incoming, 2 outgoing, 3 local, 4 none. */
  readonly direction: number;
  readonly isUdp: boolean;
  /** Whether the local port is an ephemeral one: 0 unknown, 1 yes, 2 no. */
  readonly ephemeral: number;
  /** All counts are since the check before. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly packetsSent: number;
  readonly retransmits: number;
  readonly established: number;
  readonly closed: number;
  /** Smoothed round-trip time in microseconds, 0 where unknown. */
  readonly rtt: number;
  /** The remote end after address translation: the source of the replies. */
  readonly translated: Omit<Address, 'containerId'> | null;
  readonly httpAggregations: Uint8Array;
  readonly http2Aggregations: Uint8Array;
  /** Index of a tag set; -1 is none, and 0 is what an absent field means. */
  readonly tagsIndex: number;
  readonly containerTagsIndex: number;
  readonly remoteTagsIndex: number;
  /** Protocol stack: 2 HTTP, 3 HTTP/2, 4 TLS, 11 gRPC, … */
  readonly stack: readonly number[];
  /** Failed connections by errno. */
  readonly tcpFailures: ReadonlyMap<number, number>;
  /** All look-ups over this connection; old agents count only that an answer was good or not. */
  readonly dns: DnsStats & { readonly successful: number; readonly failed: number };
  readonly dnsByDomain: readonly DomainStats[];
}

/** Answers to look-ups. Sums of times are microseconds. */
export interface DnsStats {
  readonly timeouts: number;
  readonly successLatencySum: number;
  readonly failureLatencySum: number;
  readonly byRcode: ReadonlyMap<number, number>;
}

/** Look-ups of one name; `domain` is an index into `domains`, or an offset into the database of domains. */
export interface DomainStats {
  readonly domain: number;
  readonly by: 'index' | 'offset';
  /** Record type, `null` where look-ups of all types are in one. */
  readonly queryType: number | null;
  readonly stats: DnsStats;
}

/** Requests to one path by one method over one connection. */
export interface HttpStats {
  readonly path: string;
  /** 0 unknown, 1 GET, 2 POST, … */
  readonly method: number;
  readonly fullPath: boolean;
  /** Index 0 to 4 stands for 1xx to 5xx; older agents. */
  readonly byClass: readonly LatencyStats[];
  /** By status code; newer agents. Some know only the class and write 100, 200, …, 500. */
  readonly byCode: ReadonlyMap<number, LatencyStats>;
}

export interface LatencyStats {
  readonly count: number;
  /** DDSketch in its protobuf form, empty where there was one request. */
  readonly sketch: Uint8Array;
  /** Nanoseconds, as is `latencySum`. */
  readonly firstLatency: number;
  readonly latencySum: number;
}
