import { ATTR, OUTCOMES, PROTOCOLS, type ServiceKind, serviceKind } from '@sonde/model';
import type { AttributeMap, AttributeValue } from '@sonde/otlp';
import { symbols } from '@sonde/protocols';
import type { ProcessIdentity } from '../enrich/process-table.ts';
import type { SeriesKey } from './series.ts';

type Names = { operation: string; target: string; status: string; system?: string };

const BY_KIND: Record<ServiceKind, Names> = {
  http: { operation: ATTR.httpMethod, target: ATTR.httpRoute, status: ATTR.httpStatus },
  rpc: { operation: ATTR.rpcMethod, target: ATTR.rpcService, status: ATTR.rpcStatus, system: ATTR.rpcSystem },
  database: { operation: ATTR.dbOperation, target: ATTR.dbCollection, status: ATTR.dbStatus, system: ATTR.dbSystem },
  cache: { operation: ATTR.dbOperation, target: ATTR.dbCollection, status: ATTR.dbStatus, system: ATTR.dbSystem },
  queue: {
    operation: ATTR.messagingOperation,
    target: ATTR.messagingDestination,
    status: ATTR.status,
    system: ATTR.messagingSystem,
  },
  dns: { operation: ATTR.operation, target: ATTR.dnsQuestion, status: ATTR.status },
  other: { operation: ATTR.operation, target: ATTR.target, status: ATTR.status },
};

/** OpenTelemetry's names of systems where they are not Sonde's own names of protocols. */
const SYSTEMS: Record<string, string> = {
  pgsql: 'postgresql',
  mongo: 'mongodb',
  amqp: 'rabbitmq',
  tds: 'microsoft.sql_server',
  dubbo: 'apache_dubbo',
};

export function kindOf(protocol: number): ServiceKind {
  return serviceKind(PROTOCOLS[protocol]);
}

/** Attributes of a series or a span, by the semantic conventions of its kind and by the common names of Sonde. */
export function exchangeAttributes(key: SeriesKey): AttributeMap {
  const protocol = PROTOCOLS[key.protocol];
  const names = BY_KIND[kindOf(key.protocol)];
  const attributes: Record<string, AttributeValue> = {
    [ATTR.side]: key.side === 0 ? 'client' : 'server',
    [ATTR.protocolName]: protocol,
    [ATTR.outcome]: OUTCOMES[key.outcome],
  };
  const set = (name: string, symbol: number) => {
    if (symbol !== 0) attributes[name] = symbols.text(symbol);
  };
  set(names.operation, key.operation);
  set(names.target, key.target);
  set(names.status, key.status);
  set(ATTR.errorType, key.error);
  set(ATTR.dbQueryText, key.statement);
  set(ATTR.protocolVersion, key.version);
  if (names.system !== undefined) attributes[names.system] = SYSTEMS[protocol] ?? protocol;
  setPeer(attributes, key);
  if (typeof attributes[ATTR.httpStatus] === 'string')
    attributes[ATTR.httpStatus] = Number(attributes[ATTR.httpStatus]);
  return attributes;
}

/** Attributes of what one end saw of a peer, whatever the protocol. */
export function peerAttributes(side: number, peer: number, peerAddress: number): AttributeMap {
  const attributes: Record<string, AttributeValue> = { [ATTR.side]: side === 0 ? 'client' : 'server' };
  setPeer(attributes, { side, peer, peerAddress });
  return attributes;
}

function setPeer(
  attributes: Record<string, AttributeValue>,
  { side, peer: name, peerAddress }: Pick<SeriesKey, 'side' | 'peer' | 'peerAddress'>,
): void {
  if (name !== 0) attributes[ATTR.peerService] = symbols.text(name);
  const peer = symbols.text(peerAddress);
  if (peer === '') return;
  if (side === 1 || !peer.includes(':')) {
    attributes[side === 1 ? ATTR.clientAddress : ATTR.serverAddress] = peer;
    return;
  }
  const colon = peer.lastIndexOf(':');
  attributes[ATTR.serverAddress] = peer.slice(0, colon).replace(/^\[|\]$/g, '');
  attributes[ATTR.serverPort] = Number(peer.slice(colon + 1));
}

/** Resource attributes of an observed process. */
export function resourceAttributes(identity: ProcessIdentity): AttributeMap {
  const attributes: Record<string, AttributeValue> = {
    [ATTR.serviceName]: identity.serviceName,
    [ATTR.serviceInstanceId]: identity.instanceId,
    [ATTR.hostName]: identity.hostName,
    [ATTR.processPid]: identity.pid,
  };
  const set = (name: string, text: string) => {
    if (text !== '') attributes[name] = text;
  };
  if (identity.instanceStart > 0) set(ATTR.processCreation, new Date(identity.instanceStart).toISOString());
  set(ATTR.containerId, identity.containerId);
  set(ATTR.containerName, identity.containerName);
  set(ATTR.podName, identity.podName);
  set(ATTR.namespaceName, identity.namespaceName);
  set(ATTR.processExecutable, identity.executable.slice(identity.executable.lastIndexOf('/') + 1));
  set(ATTR.processCommandLine, identity.commandLine);
  return attributes;
}
