import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/** Commands of Pulsar's binary protocol (PulsarApi.proto): type numbers are the field numbers in BaseCommand. */

export const ASKS = 0;
export const ANSWERS = 1;
export const ONE_WAY = 2;
/** Flow control and the like: no exchange. */
export const IGNORED = 3;

export const CONNECT = 2;
export const CONNECTED = 3;
export const SUBSCRIBE = 4;
export const PRODUCER = 5;
export const SEND = 6;
export const SEND_RECEIPT = 7;
export const SEND_ERROR = 8;
export const MESSAGE = 9;
export const ACK = 10;
export const ERROR = 14;
export const CLOSE_PRODUCER = 15;
export const CLOSE_CONSUMER = 16;
export const PING = 18;
export const PONG = 19;
export const LOOKUP_RESPONSE = 24;

/** Numbers of the fields that are read; 0 is none. `owner` is the producer or consumer id. */
export interface Command {
  readonly name: SymbolId;
  readonly kind: number;
  readonly request: number;
  readonly topic: number;
  readonly owner: number;
  readonly error: number;
  readonly text: number;
}

/** `number name kind request topic owner error text`: kind is `?` asks, `!` answers, `>` one-way, `.` ignored. */
const ROWS = `
2 CONNECT ? 0 0 0 0 0|3 CONNECTED ! 0 0 0 0 0|4 SUBSCRIBE ? 5 1 4 0 0|5 PRODUCER ? 3 1 2 0 0|6 SEND ? 0 0 1 0 0
7 SEND_RECEIPT ! 0 0 1 0 0|8 SEND_ERROR ! 0 0 1 3 4|9 MESSAGE > 0 0 1 0 0|10 ACK > 8 0 1 0 0|11 FLOW . 0 0 1 0 0
12 UNSUBSCRIBE ? 2 0 1 0 0|13 SUCCESS ! 1 0 0 0 0|14 ERROR ! 1 0 0 2 3|15 CLOSE_PRODUCER ? 2 0 1 0 0
16 CLOSE_CONSUMER ? 2 0 1 0 0|17 PRODUCER_SUCCESS ! 1 0 0 0 0|18 PING ? 0 0 0 0 0|19 PONG ! 0 0 0 0 0
20 REDELIVER_UNACKNOWLEDGED_MESSAGES > 0 0 1 0 0|21 PARTITIONED_METADATA ? 2 1 0 0 0
22 PARTITIONED_METADATA_RESPONSE ! 2 0 0 4 5|23 LOOKUP ? 2 1 0 0 0|24 LOOKUP_RESPONSE ! 4 0 0 6 7
25 CONSUMER_STATS ? 1 0 4 0 0|26 CONSUMER_STATS_RESPONSE ! 1 0 0 2 3|27 REACHED_END_OF_TOPIC > 0 0 1 0 0
28 SEEK ? 2 0 1 0 0|29 GET_LAST_MESSAGE_ID ? 2 0 1 0 0|30 GET_LAST_MESSAGE_ID_RESPONSE ! 2 0 0 0 0
31 ACTIVE_CONSUMER_CHANGE . 0 0 1 0 0|32 GET_TOPICS_OF_NAMESPACE ? 1 2 0 0 0|33 GET_TOPICS_OF_NAMESPACE_RESPONSE ! 1 0 0 0 0
34 GET_SCHEMA ? 1 2 0 0 0|35 GET_SCHEMA_RESPONSE ! 1 0 0 2 3|36 AUTH_CHALLENGE . 0 0 0 0 0|37 AUTH_RESPONSE . 0 0 0 0 0
38 ACK_RESPONSE ! 6 0 1 4 5|39 GET_OR_CREATE_SCHEMA ? 1 2 0 0 0|40 GET_OR_CREATE_SCHEMA_RESPONSE ! 1 0 0 2 3
50 NEW_TXN ? 1 0 0 0 0|51 NEW_TXN_RESPONSE ! 1 0 0 4 5|52 ADD_PARTITION_TO_TXN ? 1 0 0 0 0
53 ADD_PARTITION_TO_TXN_RESPONSE ! 1 0 0 4 5|54 ADD_SUBSCRIPTION_TO_TXN ? 1 0 0 0 0
55 ADD_SUBSCRIPTION_TO_TXN_RESPONSE ! 1 0 0 4 5|56 END_TXN ? 1 0 0 0 0|57 END_TXN_RESPONSE ! 1 0 0 4 5
58 END_TXN_ON_PARTITION ? 1 4 0 0 0|59 END_TXN_ON_PARTITION_RESPONSE ! 1 0 0 4 5
60 END_TXN_ON_SUBSCRIPTION ? 1 0 0 0 0|61 END_TXN_ON_SUBSCRIPTION_RESPONSE ! 1 0 0 4 5
62 TC_CLIENT_CONNECT_REQUEST ? 1 0 0 0 0|63 TC_CLIENT_CONNECT_RESPONSE ! 1 0 0 2 3|64 WATCH_TOPIC_LIST ? 1 3 0 0 0
65 WATCH_TOPIC_LIST_SUCCESS ! 1 0 0 0 0|66 WATCH_TOPIC_UPDATE > 0 0 0 0 0|67 WATCH_TOPIC_LIST_CLOSE ? 1 0 0 0 0
68 TOPIC_MIGRATED . 0 0 0 0 0`;

const COMMANDS: (Command | undefined)[] = [];
for (const row of ROWS.trim().split(/[|\n]/)) {
  const [number, name, kind, ...fields] = row.split(' ');
  const [request, topic, owner, error, text] = fields.map(Number);
  COMMANDS[Number(number)] = {
    name: symbols.ofText(name),
    kind: '?!>.'.indexOf(kind),
    request,
    topic,
    owner,
    error,
    text,
  };
}

export function commandOf(type: number): Command | undefined {
  return COMMANDS[type];
}

/** Whether this side sends such commands: clients ask and brokers answer; pings and closing are for both. */
export function isOf(type: number, ofClient: boolean): boolean {
  if (type === PING || type === PONG || type === CLOSE_PRODUCER || type === CLOSE_CONSUMER) return true;
  const kind = COMMANDS[type]?.kind;
  if (kind === ASKS || type === ACK) return ofClient;
  return kind === ANSWERS || type === MESSAGE ? !ofClient : true;
}

const ERRORS =
  `UnknownError MetadataError PersistenceError AuthenticationError AuthorizationError ConsumerBusy ServiceNotReady
ProducerBlockedQuotaExceededError ProducerBlockedQuotaExceededException ChecksumError UnsupportedVersionError TopicNotFound
SubscriptionNotFound ConsumerNotFound TooManyRequests TopicTerminatedError ProducerBusy InvalidTopicName IncompatibleSchema
ConsumerAssignError TransactionCoordinatorNotFound InvalidTxnStatus NotAllowedError TransactionConflict
TransactionNotFound ProducerFenced`
    .split(/\s+/)
    .map((name) => symbols.ofText(name));

/** The name of a ServerError; EMPTY for -1. */
export function errorOf(code: number): SymbolId {
  return code < 0 ? EMPTY : (ERRORS[code] ?? ERRORS[0]);
}
