import type { Intake } from '@sonde/store';
import type { Rejections } from '../rejections.ts';
import type { ConnectionsMessage, PodsMessage } from './messages.ts';
import { rowsOfPods } from './pod-rows.ts';
import { type ImportOptions, rowsOfConnections } from './rows.ts';

/** What one message brings into the store, and what of it cannot be read. */
export function intakeOf(
  message: ConnectionsMessage | PodsMessage,
  options: ImportOptions,
): { readonly intake: Intake; readonly rejected: Rejections } {
  return message.kind === 'pods' ? rowsOfPods(message, options.checked) : rowsOfConnections(message, options);
}
