import { ApiError } from '@sonde/api';
import { decodeConnections } from './decode.ts';
import { CONNECTIONS, OTHER_TYPES, openFrame, typeOf } from './frame.ts';
import { connectionsOfJson } from './json.ts';
import type { ConnectionsMessage } from './messages.ts';

const bad = (message: string, cause?: unknown) => new ApiError('SONDE_INTAKE_BAD_FRAME', message, undefined, { cause });

/**
 * The message in a body, or `null` where it is of a kind that is left aside.
 * Throws SONDE_INTAKE_BAD_FRAME or SONDE_INTAKE_TOO_LARGE.
 */
export async function readMessage(body: Buffer, isJson: boolean, maxBytes: number): Promise<ConnectionsMessage | null> {
  if (isJson) return readJson(body);
  const type = typeOf(body);
  if (type !== null && OTHER_TYPES.has(type)) return null;
  if (type !== null && type !== CONNECTIONS) throw bad(`a message of type ${type} is not one an agent sends`);
  const frame = await openFrame(body, maxBytes);
  if (frame.format === 'json') return readJson(frame.body);
  try {
    return decodeConnections(frame.body);
  } catch (cause) {
    throw bad(`the message is not CollectorConnections: ${(cause as Error).message}`, cause);
  }
}

function readJson(body: Buffer): ConnectionsMessage {
  try {
    return connectionsOfJson(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw bad('the JSON is not that of CollectorConnections', cause);
  }
}
