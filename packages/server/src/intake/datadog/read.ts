import { ApiError } from '@sonde/api';
import { decodeConnections } from './decode.ts';
import { decodePods } from './decode-pods.ts';
import { CONNECTIONS, OTHER_TYPES, openFrame, PODS, typeOf } from './frame.ts';
import { connectionsOfJson } from './json.ts';
import { podsOfJson } from './json-pods.ts';
import type { ConnectionsMessage, PodsMessage } from './messages.ts';

const bad = (message: string, cause?: unknown) => new ApiError('SONDE_INTAKE_BAD_FRAME', message, undefined, { cause });

interface Kind {
  readonly name: string;
  readonly decode: (body: Buffer) => ConnectionsMessage | PodsMessage;
  readonly ofJson: (value: unknown) => ConnectionsMessage | PodsMessage;
}

const KINDS: ReadonlyMap<number, Kind> = new Map([
  [CONNECTIONS, { name: 'CollectorConnections', decode: decodeConnections, ofJson: connectionsOfJson }],
  [PODS, { name: 'CollectorPod', decode: decodePods, ofJson: podsOfJson }],
]);

/**
 * The message in a body, or `null` where it is of a kind that is left aside. JSON without a frame is connections.
 * Throws SONDE_INTAKE_BAD_FRAME or SONDE_INTAKE_TOO_LARGE.
 */
export async function readMessage(
  body: Buffer,
  isJson: boolean,
  maxBytes: number,
): Promise<ConnectionsMessage | PodsMessage | null> {
  if (isJson) return readJson(KINDS.get(CONNECTIONS)!, body);
  const type = typeOf(body);
  if (type !== null && OTHER_TYPES.has(type)) return null;
  const kind = KINDS.get(type ?? CONNECTIONS);
  if (kind === undefined) throw bad(`a message of type ${type} is not one an agent sends`);
  const frame = await openFrame(body, maxBytes);
  if (frame.format === 'json') return readJson(kind, frame.body);
  try {
    return kind.decode(frame.body);
  } catch (cause) {
    throw bad(`the message is not ${kind.name}: ${(cause as Error).message}`, cause);
  }
}

function readJson({ name, ofJson }: Kind, body: Buffer): ConnectionsMessage | PodsMessage {
  try {
    return ofJson(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw bad(`the JSON is not that of ${name}`, cause);
  }
}
