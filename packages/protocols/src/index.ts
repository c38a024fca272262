export * from './call.ts';
export * from './conversation.ts';
export * from './infer.ts';
export { NO_ID } from './message.ts';
export * from './protocol.ts';
export * from './segment.ts';
export * from './symbols.ts';
export * from './table.ts';
export * from './turn.ts';
