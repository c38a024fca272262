/** Texts of what Datadog agents sent, loaded with the page of agents; `zh-imports.ts` has the same shape. */
export const en = {
  title: 'Sent by Datadog agents',
  since: 'messages since the server started',
  stored: 'Stored',
  repeated: 'Repeated',
  ignored: 'Of kinds that are not used',
  refused: 'Refused',
  unread: 'Parts that could not be read',
  problems: 'Refused and unread',
  what: 'What',
  reason: 'Reason',
  count: 'Count',
  ofMessage: 'message',
  ofPart: 'part',
};
