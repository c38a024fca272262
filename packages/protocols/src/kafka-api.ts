import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/**
 * The requests of Kafka (https://kafka.apache.org/protocol): for each api key its name, the newest version known, the first
 * version with flexible (tagged) headers, and where a topic or group and an error code stand.
 */

/** What of a request names its target. */
export const NO_TARGET = 0;
/** A string comes first: a group, a transaction. */
export const FIRST = 1;
/** An array of topics comes first. */
export const TOPICS = 2;
export const PRODUCE = 3;
export const FETCH = 4;
/** `replica isolation? topics` */
export const LIST_OFFSETS = 5;
export const OFFSET_COMMIT = 6;
export const OFFSET_FETCH = 7;
export const FIND_COORDINATOR = 8;
/** `transactional-id group` */
export const SECOND = 9;
/** As TOPICS, each with an id before its name. */
export const METADATA = 10;

/** Where the error code of a response is. `throttle` below is the first version that begins with a throttle time. */
export const NO_ERROR = 0;
export const TOP = 1;
/** Of the first partition of the first topic that has one: `[name [index error …]]`. */
export const PARTITIONS = 2;
/** `[name error …]` */
export const NAMED = 3;
/** `[error …]` */
export const LISTED = 4;
export const SPECIAL = 5;

export interface Api {
  readonly key: number;
  readonly name: SymbolId;
  readonly newest: number;
  readonly flexible: number;
  readonly target: number;
  readonly error: number;
  readonly throttle: number;
}

/** `name newest flexible target error throttle`, in the order of api keys. */
const ROWS = `
Produce 13 9 3 5 99|Fetch 18 12 4 5 1|ListOffsets 11 6 5 2 2|Metadata 13 9 10 5 3|LeaderAndIsr 7 4 0 1 99
StopReplica 4 2 0 1 99|UpdateMetadata 8 6 0 1 99|ControlledShutdown 3 3 0 1 99|OffsetCommit 10 8 6 2 3
OffsetFetch 10 6 7 5 3|FindCoordinator 6 3 8 5 1|JoinGroup 9 6 1 1 2|Heartbeat 4 4 1 1 1|LeaveGroup 5 4 1 1 1
SyncGroup 5 4 1 1 1|DescribeGroups 6 5 2 4 1|ListGroups 5 3 0 1 1|SaslHandshake 1 99 1 1 99|ApiVersions 4 3 0 1 99
CreateTopics 7 5 2 5 2|DeleteTopics 6 4 2 5 1|DeleteRecords 2 2 2 0 0|InitProducerId 6 2 1 1 0
OffsetForLeaderEpoch 4 4 0 0 2|AddPartitionsToTxn 5 3 1 0 0|AddOffsetsToTxn 4 3 1 1 0|EndTxn 5 3 1 1 0
WriteTxnMarkers 2 1 0 0 99|TxnOffsetCommit 5 3 9 2 0|DescribeAcls 3 2 0 1 0|CreateAcls 3 2 0 4 0|DeleteAcls 3 2 0 4 0
DescribeConfigs 4 4 0 4 0|AlterConfigs 2 2 0 4 0|AlterReplicaLogDirs 2 2 0 0 0|DescribeLogDirs 4 2 0 0 0
SaslAuthenticate 2 2 0 1 99|CreatePartitions 3 2 2 3 0|CreateDelegationToken 3 2 0 1 99|RenewDelegationToken 2 2 0 1 99
ExpireDelegationToken 2 2 0 1 99|DescribeDelegationToken 3 2 0 1 99|DeleteGroups 2 2 2 3 0|ElectLeaders 2 2 0 0 0
IncrementalAlterConfigs 1 1 0 4 0|AlterPartitionReassignments 1 0 0 1 0|ListPartitionReassignments 0 0 0 1 0
OffsetDelete 0 99 1 1 99|DescribeClientQuotas 1 1 0 1 0|AlterClientQuotas 1 1 0 4 0|DescribeUserScramCredentials 0 0 0 1 0
AlterUserScramCredentials 0 0 0 0 0|Vote 2 0 0 1 99|BeginQuorumEpoch 1 1 0 1 99|EndQuorumEpoch 1 1 0 1 99
DescribeQuorum 2 0 0 1 99|AlterPartition 3 0 0 1 0|UpdateFeatures 2 0 0 1 0|Envelope 0 0 0 0 99|FetchSnapshot 1 0 0 1 0
DescribeCluster 2 0 0 1 0|DescribeProducers 0 0 2 2 0|BrokerRegistration 4 0 0 1 0|BrokerHeartbeat 1 0 0 1 0
UnregisterBroker 0 0 0 1 0|DescribeTransactions 0 0 2 4 0|ListTransactions 2 0 0 1 0|AllocateProducerIds 0 0 0 1 0
ConsumerGroupHeartbeat 1 0 1 1 0|ConsumerGroupDescribe 1 0 2 4 0|ControllerRegistration 0 0 0 1 0
GetTelemetrySubscriptions 0 0 0 1 0|PushTelemetry 0 0 0 1 0|AssignReplicasToDirs 0 0 0 1 0|ListConfigResources 1 0 0 1 0
DescribeTopicPartitions 0 0 2 4 0|ShareGroupHeartbeat 1 0 1 1 0|ShareGroupDescribe 1 0 2 4 0|ShareFetch 2 0 1 1 0
ShareAcknowledge 2 0 1 1 0|AddRaftVoter 1 0 0 1 0|RemoveRaftVoter 0 0 0 1 0|UpdateRaftVoter 0 0 0 1 0
InitializeShareGroupState 0 0 1 0 99|ReadShareGroupState 0 0 1 0 99|WriteShareGroupState 1 0 1 0 99
DeleteShareGroupState 0 0 1 0 99|ReadShareGroupStateSummary 1 0 1 0 99|StreamsGroupHeartbeat 0 0 1 1 0
StreamsGroupDescribe 0 0 2 4 0|DescribeShareGroupOffsets 1 0 0 0 0|AlterShareGroupOffsets 0 0 1 1 0
DeleteShareGroupOffsets 0 0 1 1 0`;

export const APIS: readonly Api[] = ROWS.trim()
  .split(/[|\n]/)
  .map((row, key) => {
    const [name, ...numbers] = row.split(' ');
    const [newest, flexible, target, error, throttle] = numbers.map(Number);
    return { key, name: symbols.ofText(name), newest, flexible, target, error, throttle };
  });

export const PRODUCE_KEY = 0;
export const FETCH_KEY = 1;
export const METADATA_KEY = 3;
export const OFFSET_FETCH_KEY = 9;
export const CONTROLLED_SHUTDOWN_KEY = 7;
export const FIND_COORDINATOR_KEY = 10;
export const SASL_HANDSHAKE_KEY = 17;
export const API_VERSIONS_KEY = 18;
export const CREATE_TOPICS_KEY = 19;

/** Newer brokers may know newer versions of what is known here. */
const SLACK = 3;

/** The request of a key and version, or undefined where there can be none. */
export function apiOf(key: number, version: number): Api | undefined {
  const api = APIS[key];
  return api && version >= 0 && version <= api.newest + SLACK ? api : undefined;
}

const ERRORS = `
OFFSET_OUT_OF_RANGE CORRUPT_MESSAGE UNKNOWN_TOPIC_OR_PARTITION INVALID_FETCH_SIZE LEADER_NOT_AVAILABLE
NOT_LEADER_OR_FOLLOWER REQUEST_TIMED_OUT BROKER_NOT_AVAILABLE REPLICA_NOT_AVAILABLE MESSAGE_TOO_LARGE
STALE_CONTROLLER_EPOCH OFFSET_METADATA_TOO_LARGE NETWORK_EXCEPTION COORDINATOR_LOAD_IN_PROGRESS
COORDINATOR_NOT_AVAILABLE NOT_COORDINATOR INVALID_TOPIC_EXCEPTION RECORD_LIST_TOO_LARGE NOT_ENOUGH_REPLICAS
NOT_ENOUGH_REPLICAS_AFTER_APPEND INVALID_REQUIRED_ACKS ILLEGAL_GENERATION INCONSISTENT_GROUP_PROTOCOL
INVALID_GROUP_ID UNKNOWN_MEMBER_ID INVALID_SESSION_TIMEOUT REBALANCE_IN_PROGRESS INVALID_COMMIT_OFFSET_SIZE
TOPIC_AUTHORIZATION_FAILED GROUP_AUTHORIZATION_FAILED CLUSTER_AUTHORIZATION_FAILED INVALID_TIMESTAMP
UNSUPPORTED_SASL_MECHANISM ILLEGAL_SASL_STATE UNSUPPORTED_VERSION TOPIC_ALREADY_EXISTS INVALID_PARTITIONS
INVALID_REPLICATION_FACTOR INVALID_REPLICA_ASSIGNMENT INVALID_CONFIG NOT_CONTROLLER INVALID_REQUEST
UNSUPPORTED_FOR_MESSAGE_FORMAT POLICY_VIOLATION OUT_OF_ORDER_SEQUENCE_NUMBER DUPLICATE_SEQUENCE_NUMBER
INVALID_PRODUCER_EPOCH INVALID_TXN_STATE INVALID_PRODUCER_ID_MAPPING INVALID_TRANSACTION_TIMEOUT
CONCURRENT_TRANSACTIONS TRANSACTION_COORDINATOR_FENCED TRANSACTIONAL_ID_AUTHORIZATION_FAILED SECURITY_DISABLED
OPERATION_NOT_ATTEMPTED KAFKA_STORAGE_ERROR LOG_DIR_NOT_FOUND SASL_AUTHENTICATION_FAILED UNKNOWN_PRODUCER_ID
REASSIGNMENT_IN_PROGRESS DELEGATION_TOKEN_AUTH_DISABLED DELEGATION_TOKEN_NOT_FOUND DELEGATION_TOKEN_OWNER_MISMATCH
DELEGATION_TOKEN_REQUEST_NOT_ALLOWED DELEGATION_TOKEN_AUTHORIZATION_FAILED DELEGATION_TOKEN_EXPIRED
INVALID_PRINCIPAL_TYPE NON_EMPTY_GROUP GROUP_ID_NOT_FOUND FETCH_SESSION_ID_NOT_FOUND INVALID_FETCH_SESSION_EPOCH
LISTENER_NOT_FOUND TOPIC_DELETION_DISABLED FENCED_LEADER_EPOCH UNKNOWN_LEADER_EPOCH UNSUPPORTED_COMPRESSION_TYPE
STALE_BROKER_EPOCH OFFSET_NOT_AVAILABLE MEMBER_ID_REQUIRED PREFERRED_LEADER_NOT_AVAILABLE GROUP_MAX_SIZE_REACHED
FENCED_INSTANCE_ID ELIGIBLE_LEADERS_NOT_AVAILABLE ELECTION_NOT_NEEDED NO_REASSIGNMENT_IN_PROGRESS
GROUP_SUBSCRIBED_TO_TOPIC INVALID_RECORD UNSTABLE_OFFSET_COMMIT THROTTLING_QUOTA_EXCEEDED PRODUCER_FENCED
RESOURCE_NOT_FOUND DUPLICATE_RESOURCE UNACCEPTABLE_CREDENTIAL INCONSISTENT_VOTER_SET INVALID_UPDATE_VERSION
FEATURE_UPDATE_FAILED PRINCIPAL_DESERIALIZATION_FAILURE SNAPSHOT_NOT_FOUND POSITION_OUT_OF_RANGE UNKNOWN_TOPIC_ID
DUPLICATE_BROKER_REGISTRATION BROKER_ID_NOT_REGISTERED INCONSISTENT_TOPIC_ID INCONSISTENT_CLUSTER_ID
TRANSACTIONAL_ID_NOT_FOUND FETCH_SESSION_TOPIC_ID_ERROR INELIGIBLE_REPLICA NEW_LEADER_ELECTED
OFFSET_MOVED_TO_TIERED_STORAGE FENCED_MEMBER_EPOCH UNRELEASED_INSTANCE_ID UNSUPPORTED_ASSIGNOR STALE_MEMBER_EPOCH
MISMATCHED_ENDPOINT_TYPE UNSUPPORTED_ENDPOINT_TYPE UNKNOWN_CONTROLLER_ID UNKNOWN_SUBSCRIPTION_ID TELEMETRY_TOO_LARGE
INVALID_REGISTRATION TRANSACTION_ABORTABLE INVALID_RECORD_STATE SHARE_SESSION_NOT_FOUND INVALID_SHARE_SESSION_EPOCH
FENCED_STATE_EPOCH INVALID_VOTER_KEY DUPLICATE_VOTER VOTER_NOT_FOUND INVALID_REGULAR_EXPRESSION REBOOTSTRAP_REQUIRED`;

const ERROR: readonly SymbolId[] = ['', ...ERRORS.trim().split(/\s+/)].map((name) => symbols.ofText(name));
const UNKNOWN_SERVER_ERROR = symbols.ofText('UNKNOWN_SERVER_ERROR');
const STATUS = new Map<number, SymbolId>();

/** `error.type` of an error code. */
export function errorOf(code: number): SymbolId {
  if (code === 0) return EMPTY;
  return code > 0 ? (ERROR[code] ?? statusOf(code)) : UNKNOWN_SERVER_ERROR;
}

export function statusOf(code: number): SymbolId {
  let symbol = STATUS.get(code);
  if (symbol === undefined) STATUS.set(code, (symbol = symbols.ofText(String(code))));
  return symbol;
}
