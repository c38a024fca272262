export { REPLAY_ERRORS, ReplayError, type ReplayErrorName } from './errors.ts';
export * from './replay.ts';
export { STANDARD_INPUT } from './source.ts';
